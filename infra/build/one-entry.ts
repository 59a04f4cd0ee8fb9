import { resolve } from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Keeps what a function loads at its start in one file. esbuild puts what an entry shares with a late module into a chunk
 * of its own, dozens of files that cost half a millisecond each; a late module that imports the entry as well shares
 * nothing beside it. By the time it is loaded the entry has run.
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
