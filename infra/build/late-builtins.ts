import type { Plugin } from 'esbuild';

/**
 * A static import of Node's http, https or http2 loads undici and tls at the cold start (up to 28 ms), whoever uses
 * them. The SDK and middy get them from the runtime instead, when they first ask.
 */
export const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?(http|https|http2)$/ }, ({ path, kind, importer }) =>
      kind === 'import-statement' && /node_modules\/(@smithy|@aws-sdk|@middy)\//.test(importer)
        ? { path: path.replace('node:', ''), namespace: 'late-builtin' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'late-builtin' }, ({ path }) => ({
      loader: 'js',
      contents: `
        const builtin = () => process.getBuiltinModule('${path}');
        export default new Proxy({}, { get: (_, name) => builtin()[name] });
        export const STATUS_CODES = new Proxy({}, { get: (_, code) => builtin().STATUS_CODES[code] });`,
    }));
  },
};
