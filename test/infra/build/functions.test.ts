import { execFile } from 'node:child_process';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { measureText } from '#functions/posts/checks/text-weight.ts';
import { buildFunctions, builtFolder, type ContextFolder, contexts } from '#infra/build/functions.ts';
import { withoutNeverRun } from '#infra/build/unused-parts.ts';
import { functionEnvironment, staticClosure } from './bundle.ts';

const run = promisify(execFile);
let bundles: Record<ContextFolder, Metafile>;

/** Runs a script in a new Node process with a function's environment. Returns what it passes to `tell`. */
const inFreshNode = async (script: string): Promise<unknown> => {
  const mark = 'told: ';
  const tell = `const tell = (value) => console.log(${JSON.stringify(mark)} + JSON.stringify(value));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', `${tell} ${script}`], {
    env: functionEnvironment,
  });
  const told = stdout.split('\n').find((line) => line.startsWith(mark)) ?? mark;
  return JSON.parse(told.slice(mark.length));
};

const Start = z.object({ files: z.array(z.string()), builtins: z.array(z.string()) });

/** What the cold start of a function reads: files of its bundle, and modules of Node. */
const start = async (context: ContextFolder): Promise<z.infer<typeof Start>> =>
  Start.parse(
    await inFreshNode(`
      import { registerHooks } from 'node:module';
      const files = [];
      registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context)) });
      await import(${JSON.stringify(join(builtFolder(context), 'index.mjs'))});
      const builtins = process.moduleLoadList.map((each) => each.replace(/^(NativeModule|Internal Binding) /, ''));
      tell({ files, builtins });`),
  );

/** Heavy packages that few requests need: only those load them. */
const rare = [
  'aws-xray-sdk-core',
  'diff',
  'temporal-polyfill',
  'uqr',
  '@aws-sdk/client-cloudwatch',
  '@aws-sdk/client-s3',
  '@aws-sdk/client-sesv2',
  '@aws-sdk/client-sfn',
  '@aws-sdk/s3-request-presigner',
];

beforeAll(async () => {
  bundles = await buildFunctions();
});

describe.each(contexts)('the bundle of %s', (context) => {
  test('initialises without heavy packages that few requests need', async () => {
    const { files, builtins } = await start(context);
    const closure = staticClosure(bundles[context]);
    expect(files.map((url) => basename(url)).sort()).toEqual(closure.map((path) => basename(path)).sort());
    const inputs = closure.flatMap((path) => Object.keys(bundles[context].outputs[path]?.inputs ?? {}));
    expect(inputs.filter((path) => rare.some((name) => path.includes(`node_modules/${name}/`)))).toEqual([]);
    expect(builtins).toContain('events');
    expect(builtins.filter((name) => /undici|^_?http2|internal\/http2/.test(name))).toEqual([]);
  });

  test('imports no module of Node that loads undici or http2, which costs 30 ms of CPU time', () => {
    // Except for the tracer, which only a sampled request loads: it patches node:http.
    const parts = Object.entries(bundles[context].outputs).filter(([, { inputs }]) =>
      Object.keys(inputs).every((path) => !path.includes('/@aws-lambda-powertools/tracer/')),
    );
    const heavy = parts.flatMap(([part, { imports }]) =>
      imports
        .filter(({ kind, path }) => kind === 'import-statement' && /^(node:)?(http|http2|undici)$/.test(path))
        .map(({ path }) => `${basename(part)}: ${path}`),
    );
    expect(heavy).toEqual([]);
  });

  test('can load each of its chunks', async () => {
    const parts = Object.keys(bundles[context].outputs).map((path) => join(builtFolder(context), basename(path)));
    const loads = parts.map((path) => `await import(${JSON.stringify(path)});`).join('\n');
    expect(await inFreshNode(`${loads} tell(${parts.length});`)).toBe(parts.length);
  });

  test('has no credential provider except for the environment', () => {
    const providers = Object.keys(bundles[context].inputs).filter((path) => path.includes('/credential-provider-'));
    expect(providers.filter((path) => !path.includes('/credential-provider-env/'))).toEqual([]);
  });
});

test('texts are measured the same with and without the polyfills of twitter-text', async () => {
  const texts = [
    'see https://example.com/a?b=c',
    'x.com $TSLA 日本語 example.co.jp',
    '👨‍👩‍👧‍👦 \u{1F600} #tag @name',
    'a'.repeat(300),
  ];
  await using folder = await mkdtempDisposable(join(tmpdir(), 'xmp-texts-'));
  const path = join(folder.path, 'text-weight.mjs');
  const entry = { entryPoints: ['functions/posts/checks/text-weight.ts'], outfile: path };
  const mainFields = ['module', 'main']; // as the functions are bundled
  await build({ ...entry, bundle: true, format: 'esm', platform: 'node', mainFields, plugins: [withoutNeverRun] });
  const measured = await inFreshNode(`
    const { measureText } = await import(${JSON.stringify(path)});
    tell(${JSON.stringify(texts)}.map((text) => measureText(text)));`);
  expect(measured).toEqual(texts.map((text) => measureText(text)));
});
