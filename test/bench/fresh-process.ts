import { execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import * as z from 'zod';

/** Whether processes can be kept on one core: there `init` and answers are not spread over two by the garbage collector. */
export const isPinned = spawnSync('taskset', ['--version']).status === 0;

/** What a process of its own did: CPU in milliseconds, as user and system time together. */
const Run = z.object({
  /** Importing the bundle. */
  init: z.number(),
  answers: z.array(z.object({ answer: z.unknown(), milliseconds: z.number() })),
  /** Files of the bundle that were loaded by the import, and by each answer. */
  loaded: z.array(z.array(z.string())),
});
export type Run = z.infer<typeof Run>;

interface Given {
  /** The bundle's entry file. */
  entry: string;
  /** Handed to the handler, one after the other. */
  events: readonly unknown[];
  environment: Readonly<Record<string, string>>;
  /** Writes down which modules are loaded, which takes time: not while it is measured. */
  recordsModules?: boolean;
  /** Options of Node's own, such as `--cpu-prof`. */
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
 * Imports a bundle in a new process, kept on the last core, and hands its handler the events. @throws Error when the
 * process fails, with what it wrote to stderr
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
