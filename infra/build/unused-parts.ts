import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';
import * as z from 'zod';

/** Packages that the bundles import but no function ever runs. */
const neverRun = [
  // Polyfills of old Node features, imported by twitter-text.
  /^core-js\//,
  // Parses the user agent of a browser, where the SDK would use it.
  /^bowser$/,
  // Compares versions of AWS SDK v2, for X-Ray's patcher of that SDK.
  /^semver$/,
  // X's API 1.1, of which twitter-api-v2 creates a client on request.
  /^\.\.?\/v1\/client\.v1(\.read|\.write)?$/,
  // Decompresses WOFF 2, a format that none of the fonts has.
  /^brotli\//,
  // Converts zod schemas to JSON Schema, which only the generation of documents does.
  /^\.\.?\/(core\/)?(json-schema-processors|to-json-schema)\.js$/,
];

/** Replaces packages that are never run with an empty module. */
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
 * Replaces the computed keys (`{ [_hH]: 'etag' }`) in the SDK's schema constants by literal ones. esbuild keeps unused
 * constants with computed keys, since computing them could have side effects; with literal keys it drops two thirds of
 * S3's schemas.
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

/** Reduces package.json of SDK clients to the version, which they need for the user agent. */
export const versionOnly: Plugin = {
  name: 'version-only',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/[^/]+\/package\.json$/ }, ({ path }) => {
      const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path, 'utf8')));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/** How zod stores the argument of `.meta()`: with a clone of the schema. */
const keptMeta = `const cl = this.clone();
        core.globalRegistry.add(cl, args[0]);
        return cl;`;

/**
 * Makes `.meta()` return the schema unchanged. Metadata is read only when documents are generated, and leaving it out
 * saves a fifth of what schemas add to a cold start.
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
