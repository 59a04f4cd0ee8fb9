import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Keeps everything that a function loads at startup in one file. esbuild moves what the entry shares with lazy modules
 * into separate chunks, dozens of files that take half a millisecond each. If each lazy module imports the entry too,
 * nothing is shared outside it. By the time a lazy module is loaded, the entry has run.
 */
export const oneEntry = (entry: string): Plugin => ({
  name: 'one-entry',
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'one-entry' || importer.includes('/node_modules/'))
        return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: 'one-entry' });
      if (found.errors.length > 0 || !/\.ts$/.test(found.path)) return found;
      return { path: found.path, namespace: 'late' };
    });
    build.onLoad({ filter: /.*/, namespace: 'late' }, ({ path }) => ({
      contents: `import ${JSON.stringify(entry)}; export * from ${JSON.stringify(path)};`,
      resolveDir: resolve(path, '..'),
    }));
  },
});
