import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { buildFunctions } from '#infra/build/functions.ts';
import { readArguments } from '#infra/local/arguments.ts';
import { stages } from '#infra/stages.ts';
import { startAwsStub } from './aws-stub.ts';
import { coldAnswer, type Cpu, median, shareOfCore, usdPerMillion } from './cold-cost.ts';
import { isPinned, runFresh } from './fresh-process.ts';
import { arrange, environmentOn, type Woken } from './operations.ts';
import { peers } from './peers.ts';

/**
 * `npm run bench`: what a cold start costs the caller, for the most common operations of each function, beside a bare
 * handler with a DynamoDB document client and a NestJS application that lists posts. Each round starts a process for
 * each of them, on one core, one after the other; figures are medians of CPU time and comparable within one run only.
 * `npm run bench -- 5` makes five rounds; `--only posts` measures the operations whose name contains that.
 */
const { positionals, values } = readArguments(
  { allowPositionals: true, options: { only: { type: 'string', default: '' } } },
  'npm run bench [-- [<rounds>] [--only <function>]]',
);
const rounds = z.coerce.number().int().positive().default(15).parse(positionals[0]);

const { memoryMb } = stages().prod;
const maxOfBare = { ready: 1, others: 1.3 };
const maxOfNest = 0.5;
/** To compare memory sizes: one process in a hundred is new, and a request waits this long for AWS. */
const coldShare = 0.01;
const waitingMs = 15;
const memories = [512, 1024, 1769, 2048];

const scratch = mkdtempSync(join(tmpdir(), 'xmp-bench-'));

const measureOne = async ({ entry, events, check }: Woken, environment: Record<string, string>): Promise<Cpu> => {
  const { init, answers } = await runFresh({ entry, events, environment });
  for (const { answer } of answers) check(answer);
  const [first, , ...warm] = answers.map(({ milliseconds }) => milliseconds);
  return { init, first: first ?? NaN, warm: warm.reduce((sum, each) => sum + each, 0) / warm.length };
};

interface Figures extends Cpu {
  name: string;
  isReady: boolean;
}

const figuresOf = (name: string, runs: readonly Cpu[]): Figures => ({
  name,
  isReady: name.endsWith(': ready'),
  init: median(runs.map(({ init }) => init)),
  first: median(runs.map(({ first }) => first)),
  warm: median(runs.map(({ warm }) => warm)),
});

const row = (name: string, ...cells: readonly string[]): void => {
  console.log(name.padEnd(28) + cells.map((cell) => cell.padStart(11)).join(''));
};
const fixed = (figures: readonly number[], digits = 1): string[] => figures.map((figure) => figure.toFixed(digits));

const printCosts = (bare: Figures, nest: Figures, all: readonly Figures[]): void => {
  const [bareCold, nestCold] = [bare, nest].map((each) => coldAnswer(each, memoryMb)) as [number, number];
  console.log(`\nCPU in ms, medians of ${rounds} rounds${isPinned ? '' : ', on any core: taskset is missing'}.`);
  console.log(`Cold answer: init + first answer / ${shareOfCore(memoryMb).toFixed(2)}, of a core at ${memoryMb} MB.\n`);
  row('', 'init', 'first', 'warm', 'cold', 'of bare', 'of NestJS', 'warm/NestJS', '');
  for (const each of [bare, nest, ...all]) {
    const cold = coldAnswer(each, memoryMb);
    const most = each.isReady ? maxOfBare.ready : maxOfBare.others;
    const isOurs = each !== bare && each !== nest;
    const misses = isOurs && (cold > most * bareCold || cold > maxOfNest * nestCold);
    const ratios = [cold / bareCold, cold / nestCold, each.warm / nest.warm];
    row(each.name, ...fixed([each.init, each.first, each.warm, cold]), ...fixed(ratios, 2), misses ? 'over' : '');
  }
  console.log(
    `\nGoals: ready at most ${maxOfBare.ready.toFixed(1)} of bare, others ${maxOfBare.others}; all ${maxOfNest} of NestJS.`,
  );
};

const printMemories = (all: readonly Figures[]): void => {
  console.log(
    `\nBy memory: ms of a cold and of a warm answer, USD per million of which ${coldShare * 100} % are cold.`,
  );
  console.log(`A warm answer waits ${waitingMs} ms for AWS besides; init is billed.\n`);
  row('', ...memories.map((each) => `${each} MB`));
  for (const { name, init, first, warm } of all) {
    const cells = memories.map((each) => {
      const warmMs = warm / shareOfCore(each) + waitingMs;
      const coldMs = coldAnswer({ init, first }, each) + waitingMs;
      const usd = usdPerMillion(coldShare * coldMs + (1 - coldShare) * warmMs, each);
      return `${coldMs.toFixed(0)} ${warmMs.toFixed(0)} ${usd.toFixed(2)}`;
    });
    row(name, ...cells.map((cell) => cell.padStart(14)));
  }
};

await buildFunctions();
const aws = await startAwsStub();
try {
  const ours = await arrange(aws);
  const listPosts = ours.find(({ name }) => name === 'posts: list posts');
  if (!listPosts) throw new Error('Nothing lists posts');
  const { bare, nest } = await peers(listPosts, scratch);
  const wanted = ours.filter(({ name }) => name.includes(values.only));
  const runs = new Map<Woken, Cpu[]>([bare, nest, ...wanted].map((each) => [each, []]));
  const environment = environmentOn(aws);
  for (let round = 0; round < rounds; round += 1) {
    for (const [each, costs] of runs) {
      aws.setTable(each.table);
      costs.push(await measureOne(each, environment));
    }
  }
  if (aws.unknown.length > 0) throw new Error(aws.unknown.join('\n'));
  const [ofBare, ofNest, ...ofOurs] = Array.from(runs, ([{ name }, costs]) => figuresOf(name, costs));
  if (!ofBare || !ofNest) throw new Error('Nothing was measured');
  console.log(`AWS and X are stubs${aws.isTls ? '' : ' over plain HTTP: openssl is missing'}.`);
  printCosts(ofBare, ofNest, ofOurs);
  printMemories([ofBare, ofNest, ...ofOurs]);
} finally {
  aws.stop();
  rmSync(scratch, { recursive: true, force: true });
}
