import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { buildFunctions, builtFolder, type ContextFolder, contexts } from '#infra/build/functions.ts';
import { healthOperations } from '#shared/http/health.ts';
import {
  closureBytes,
  functionEnvironment,
  kilobyte,
  mostReadKb,
  mostZippedKb,
  zipBytes,
} from '../infra/build/bundle.ts';
import { httpEvent } from '../support/http-event.ts';
import { startAwsStub } from './aws-stub.ts';

/**
 * `npm run bench`: what a cold start of each function costs beside that of a bare handler with a DynamoDB document
 * client, bundled with esbuild's defaults. Figures are CPU time of fresh processes on one core, in interleaved rounds;
 * they compare within one run only. `npm run bench -- 5` makes five rounds.
 */
const rounds = z.coerce.number().int().positive().default(20).parse(process.argv[2]);

const run = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
const isPinned = spawnSync('taskset', ['--version']).status === 0;

/** One cold start: CPU in milliseconds of importing the bundle, and of that and its first answer. */
const Cost = z.object({ init: z.number(), firstAnswer: z.number(), status: z.literal(200) });
type Cost = z.infer<typeof Cost>;

interface Subject {
  name: string;
  /** The bundle's entry file. */
  entry: string;
  /** The first request: whether the function reaches its table, a read of one item. */
  event: unknown;
  closureKb: number;
  zipKb: number;
}

const coldStart = async ({ entry, event }: Subject, awsUrl: string): Promise<Cost> => {
  const script = `
    const write = process.stdout.write.bind(process.stdout);
    process.stdout.write = () => true; // logs and metrics cost as on Lambda, and are not read
    const begin = process.cpuUsage();
    const spent = () => { const { user, system } = process.cpuUsage(begin); return (user + system) / 1000; };
    const { handler } = await import(${JSON.stringify(entry)});
    const init = spent();
    const context = { functionName: 'bench', awsRequestId: '1', getRemainingTimeInMillis: () => 10000 };
    const { statusCode } = await handler(${JSON.stringify(event)}, context);
    write(JSON.stringify({ init, firstAnswer: spent(), status: statusCode }));
    process.exit();`;
  const node = [process.execPath, '--input-type=module', '--eval', script];
  const lastCore = String(availableParallelism() - 1);
  const [command = '', ...args] = isPinned ? ['taskset', '--cpu-list', lastCore, ...node] : node;
  const { stdout } = await run(command, args, {
    env: { ...functionEnvironment, PATH: process.env['PATH'], AWS_ENDPOINT_URL: awsUrl },
  });
  return Cost.parse(JSON.parse(stdout));
};

const bareHandler = async (): Promise<Subject> => {
  const entry = join(scratch, 'index.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'bare.ts')],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Without it the SDK's CommonJS, which is esbuild's default, does not run.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  return {
    name: 'bare',
    entry,
    event: {},
    closureKb: statSync(entry).size / kilobyte,
    zipKb: zipBytes(scratch) / kilobyte,
  };
};

const functions = async (): Promise<Subject[]> => {
  const bundles = await buildFunctions();
  return contexts.map((context) => ({
    name: context,
    entry: join(builtFolder(context), 'index.mjs'),
    event: httpEvent(healthOperations(context).ready),
    closureKb: closureBytes(bundles[context]) / kilobyte,
    zipKb: zipBytes(builtFolder(context)) / kilobyte,
  }));
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const print = (subjects: readonly Subject[], costs: ReadonlyMap<Subject, readonly Cost[]>): void => {
  const figures = subjects.map((subject) => {
    const of = costs.get(subject) ?? [];
    return { ...subject, init: median(of.map((each) => each.init)), first: median(of.map((each) => each.firstAnswer)) };
  });
  const bare = figures[0];
  if (!bare) throw new Error('Nothing was measured');
  const row = ([name = '', ...cells]: readonly string[]) => {
    console.log(name.padEnd(11) + cells.map((cell) => cell.padStart(10)).join(''));
  };
  console.log(`CPU of a cold start, ${rounds} rounds${isPinned ? '' : ', on any core: taskset is missing'}\n`);
  row(['', 'init ms', 'of bare', '+ answer', 'of bare', 'read KB', 'zip KB']);
  for (const { name, init, first, closureKb, zipKb } of figures) {
    const ratios = [(init / bare.init).toFixed(2), (first / bare.first).toFixed(2)] as const;
    row([name, init.toFixed(1), ratios[0], first.toFixed(1), ratios[1], closureKb.toFixed(0), zipKb.toFixed(0)]);
  }
  const most = (kb: (context: ContextFolder) => number): string =>
    contexts.map((context) => `${context} ${kb(context)}`).join(', ');
  console.log('\nTargets: init at most 1.00 of bare.');
  console.log(`Read in KB at most ${most(mostReadKb)}; zip in KB at most ${most(mostZippedKb)}.`);
};

const aws = await startAwsStub();
try {
  const subjects = [await bareHandler(), ...(await functions())];
  const costs = new Map<Subject, Cost[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of subjects) costs.get(subject)?.push(await coldStart(subject, aws.url));
  }
  print(subjects, costs);
} finally {
  aws.stop();
  rmSync(scratch, { recursive: true, force: true });
}
