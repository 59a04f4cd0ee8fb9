import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { measureText } from '#functions/posts/checks/text-weight.ts';
import { buildFunctions, builtFolder, type ContextFolder, contexts } from '#infra/build/functions.ts';
import {
  closureBytes,
  functionEnvironment,
  kilobyte,
  mostReadKb,
  mostZippedKb,
  staticClosure,
  zipBytes,
} from './bundle.ts';

const run = promisify(execFile);
let bundles: Record<ContextFolder, Metafile>;

/** Runs a module's text in a fresh Node with a function's environment; gives back the JSON it writes. */
const inFreshNode = async (script: string): Promise<unknown> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
    env: functionEnvironment,
  });
  return JSON.parse(stdout);
};

/** Path of the chunk that `import()` of this module became. */
const chunkOf = (context: ContextFolder, module: string): string => {
  const found = Object.entries(bundles[context].outputs).find(([, output]) => output.entryPoint === module);
  if (!found) throw new Error(`${context} has no chunk of its own for ${module}`);
  return join(builtFolder(context), basename(found[0]));
};

const Start = z.object({ files: z.array(z.string()), builtins: z.array(z.string()) });

/** What the cold start of a function reads: the files of its bundle, and the modules of Node's own. */
const start = async (context: ContextFolder): Promise<z.infer<typeof Start>> =>
  Start.parse(
    await inFreshNode(`
      import { registerHooks } from 'node:module';
      const files = [];
      registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context)) });
      await import(${JSON.stringify(join(builtFolder(context), 'index.mjs'))});
      const builtins = process.moduleLoadList.map((each) => each.replace(/^(NativeModule|Internal Binding) /, ''));
      console.log(JSON.stringify({ files, builtins }));`),
  );

beforeAll(async () => {
  bundles = await buildFunctions();
});

describe.each(contexts)('the bundle of %s', (context) => {
  test(`has at most ${mostReadKb(context)} KB to read at a cold start`, () => {
    expect(closureBytes(bundles[context])).toBeLessThanOrEqual(mostReadKb(context) * kilobyte);
  });

  test(`is a zip of at most ${mostZippedKb(context)} KB`, () => {
    expect(zipBytes(builtFolder(context))).toBeLessThanOrEqual(mostZippedKb(context) * kilobyte);
  });

  test('starts without the AWS SDK, X-Ray and what speaks to networks', async () => {
    const { files, builtins } = await start(context);
    const closure = staticClosure(bundles[context]);
    expect(files.map((url) => basename(url)).sort()).toEqual(closure.map((path) => basename(path)).sort());
    const packages = closure.flatMap((path) => Object.keys(bundles[context].outputs[path]?.inputs ?? {}));
    expect(packages.filter((path) => /node_modules\/(@aws-sdk|@smithy|aws-xray-sdk-core)\//.test(path))).toEqual([]);
    expect(builtins).toContain('events');
    expect(builtins.filter((name) => /undici|^_?tls|^_?http2?|^https|internal\/http2/.test(name))).toEqual([]);
  });

  test('imports no module of Node that loads undici or http2: 30 ms of CPU, whoever uses them', () => {
    // All but the tracer, which a sampled request loads: it patches node:http.
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

  test('can load every part of it that is loaded late', async () => {
    const parts = Object.keys(bundles[context].outputs).map((path) => join(builtFolder(context), basename(path)));
    const loads = parts.map((path) => `await import(${JSON.stringify(path)});`).join('\n');
    expect(await inFreshNode(`${loads} console.log(${parts.length})`)).toBe(parts.length);
  });

  test('takes its credentials from the environment alone', () => {
    const providers = Object.keys(bundles[context].inputs).filter((path) => path.includes('/credential-provider-'));
    expect(providers.filter((path) => !path.includes('/credential-provider-env/'))).toEqual([]);
  });
});

test('texts are measured without the polyfills of twitter-text as they are with them', async () => {
  const texts = [
    'see https://example.com/a?b=c',
    'x.com $TSLA 日本語 example.co.jp',
    '👨‍👩‍👧‍👦 \u{1F600} #tag @name',
    'a'.repeat(300),
  ];
  const path = chunkOf('posts', 'functions/posts/checks/text-weight.ts');
  const measured = await inFreshNode(`
    const { measureText } = await import(${JSON.stringify(path)});
    console.log(JSON.stringify(${JSON.stringify(texts)}.map((text) => measureText(text))));`);
  expect(measured).toEqual(texts.map((text) => measureText(text)));
});
