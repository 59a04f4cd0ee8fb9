import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import * as z from 'zod';

/** Whether processes can be pinned to one core, so that the garbage collector cannot use a second one. */
export const isPinned = spawnSync('taskset', ['--version']).status === 0;

/** A run in a process of its own. CPU time in milliseconds, user and system together. */
const Run = z.object({
  /** Importing the bundle. */
  init: z.number(),
  answers: z.array(z.object({ answer: z.unknown(), milliseconds: z.number() })),
  /** Modules loaded by the import, then by each answer. */
  loaded: z.array(z.array(z.string())),
});
export type Run = z.infer<typeof Run>;

interface Given {
  /** The bundle's entry file. */
  entry: string;
  /** Passed to the handler one after the other. */
  events: readonly unknown[];
  environment: Readonly<Record<string, string>>;
  /** Records which modules are loaded, which takes time: not for measurements. */
  recordsModules?: boolean;
  /** Options of Node, such as `--cpu-prof`. */
  options?: readonly string[];
}

const script = `
  import { registerHooks } from 'node:module';
  const { entry, events, recordsModules } = JSON.parse(process.env.BENCH_GIVEN);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true; // logs and metrics cost as on Lambda, and are not read
  let files = [];
  const builtins = () => process.moduleLoadList.filter((each) => each.startsWith('NativeModule '));
  let known = new Set(builtins());
  const loaded = [];
  const note = () => {
    if (!recordsModules) return;
    const all = builtins();
    loaded.push([...files, ...all.filter((each) => !known.has(each)).map((each) => each.replace('NativeModule ', 'node:'))]);
    known = new Set(all);
    files = [];
  };
  if (recordsModules) registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context)) });
  const spentSince = (begin) => { const { user, system } = process.cpuUsage(begin); return (user + system) / 1000; };
  const beginning = process.cpuUsage();
  const { handler } = await import(entry);
  const init = spentSince(beginning);
  note();
  const context = { functionName: 'bench', awsRequestId: '1', getRemainingTimeInMillis: () => 10000 };
  const answers = [];
  for (const event of events) {
    const begun = process.cpuUsage();
    const answer = await handler(event, context);
    answers.push({ answer, milliseconds: spentSince(begun) });
    note();
  }
  write(JSON.stringify({ init, answers, loaded }), () => process.exit());`;

/**
 * Imports a bundle in a new process, pinned to the last core where possible, and passes the events to its handler.
 * @throws Error when the process fails, with its stderr
 */
export const runFresh = async ({
  entry,
  events,
  environment,
  recordsModules = false,
  options = [],
}: Given): Promise<Run> => {
  const node = [process.execPath, ...options, '--input-type=module', '--eval', script];
  const lastCore = String(availableParallelism() - 1);
  const [command = '', ...args] = isPinned ? ['taskset', '--cpu-list', lastCore, ...node] : node;
  const { stdout } = await promisify(execFile)(command, args, {
    env: { ...environment, BENCH_GIVEN: JSON.stringify({ entry, events, recordsModules }) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return Run.parse(JSON.parse(stdout));
};
