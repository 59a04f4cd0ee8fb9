import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import * as z from 'zod';

/** Packages that the bundles name and no function ever runs. */
const neverRun = [
  // Polyfills of what Node has had for years; twitter-text imports them.
  /^core-js\//,
  // Reads a browser's user agent; the SDK would load it in a browser.
  /^bowser$/,
  // Compares versions of the AWS SDK 2, which X-Ray's patcher of that SDK does when it is asked to patch one.
  /^semver$/,
  // X's API 1.1, which twitter-api-v2 makes a client of when it is asked for one.
  /^\.\.?\/v1\/client\.v1(\.read|\.write)?$/,
  // Unpacks WOFF 2, which none of the fonts is in.
  /^brotli\//,
  // JSON Schemas of zod's schemas: they are written when the documents are generated, by no function.
  /^\.\.?\/(core\/)?(json-schema-processors|to-json-schema)\.js$/,
];

/** Leaves out of a bundle what is never run: an empty module stands in its place. */
export const withoutNeverRun: Plugin = {
  name: 'without-never-run',
  setup(build) {
    build.onResolve({ filter: new RegExp(neverRun.map(({ source }) => source).join('|')) }, ({ path }) => ({
      path,
      namespace: 'never-run',
    }));
    build.onLoad({ filter: /.*/, namespace: 'never-run' }, () => ({ contents: '' }));
  },
};

/**
 * The SDK's schemas are constants that esbuild drops when no command uses them, but not those with a computed key
 * (`{ [_hH]: 'etag' }`): computing it could have an effect. Written out, the keys let two thirds of S3's schemas go.
 */
export const plainSchemaKeys: Plugin = {
  name: 'plain-schema-keys',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_\d+\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const texts = new Map(
        Array.from(source.matchAll(/^const (\w+) = ("[^"\n]*");$/gm), ([, name, text]) => [name, text]),
      );
      const contents = source.replace(/\[(_\w+)\]:/g, (key, name: string) => {
        const text = texts.get(name);
        return text === undefined ? key : `${text}:`;
      });
      return { contents };
    });
  },
};

/** Of its package.json, an SDK client wants to know its version, for the user agent; the rest stays out. */
export const versionOnly: Plugin = {
  name: 'version-only',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, ({ path }) => {
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** How zod keeps what `.meta()` is given: with a copy of the schema. */
const keptMeta = `const cl = this.clone();
        core.globalRegistry.add(cl, args[0]);
        return cl;`;

/**
 * What a schema says of itself is read when the documents are generated, by no function: there `.meta()` gives back the
 * schema, and a fifth of what schemas cost a cold start is saved.
 */
export const withoutMeta: Plugin = {
  name: 'without-meta',
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/classic\/schemas\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes(keptMeta)) throw new Error('This version of zod keeps metadata in another way');
      return { contents: source.replace(keptMeta, 'return this;') };
    });
  },
};
