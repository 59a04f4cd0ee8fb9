import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type OwnProcess, startProcess, stopOnSignal } from '#infra/local/processes.ts';
import { type Check, NotAsked, plan } from './runner/checks.ts';
import { checkLogs } from './runner/places.ts';
import { causesIn, duration, ending, environment, lineOf, type Result, summary } from './runner/said.ts';

/**
 * `npm test`: runs all checks and reports the start, progress, failures and duration of each. Arguments select checks, each
 * optionally followed by the files to check: `npm test -- types unit test/shared/time.test.ts`.
 */
const root = join(import.meta.dirname, '..');
/** After this much silence, a check is reported as still running. */
const silenceMs = 30_000;

const running = new Set<OwnProcess>();
const results: Result[] = [];
let begun = 0;

const run = async ({ title, command: [command, ...args] }: Check, of: number): Promise<void> => {
  const say = (line: string): void => {
    console.log(lineOf(title, line));
  };
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1000;
  begun += 1;
  say(`started (${begun} of ${of})`);
  const logFile = join(root, checkLogs, `${title}.log`);
  rmSync(logFile, { force: true });
  const silence = setInterval(() => {
    say(`still running (${duration(seconds())})`);
  }, silenceMs);
  const own = startProcess({
    // stderr joins stdout: two pipes would lose the order.
    command: '/bin/sh',
    args: ['-c', 'exec "$0" "$@" 2>&1', join(root, 'node_modules', '.bin', command), ...args],
    cwd: root,
    env: environment(process.env, process.stdout.isTTY),
    logFile,
    onLine: (line) => {
      silence.refresh();
      say(line);
    },
  });
  running.add(own);
  const how = await own.ended.finally(() => {
    clearInterval(silence);
    running.delete(own);
  });
  const causes = how === 0 ? [] : causesIn(existsSync(logFile) ? readFileSync(logFile, 'utf8') : '');
  const result = { title, how, seconds: seconds(), causes };
  results.push(result);
  console.log(ending(result));
  if (how !== 0) say(`full output: ${join(checkLogs, `${title}.log`)}`);
};

const runAll = async (steps: readonly (readonly (readonly Check[])[])[]): Promise<void> => {
  const of = steps.flat(2).length;
  for (const lanes of steps) {
    await Promise.all(
      lanes.map(async (checks) => {
        for (const check of checks) await run(check, of);
      }),
    );
  }
};

try {
  const steps = plan(process.argv.slice(2), (arg) => existsSync(join(root, arg)));
  mkdirSync(join(root, checkLogs), { recursive: true });
  stopOnSignal(async () => {
    await Promise.all([...running].map((each) => each.stop()));
    process.exit(130); // the shell's code for Ctrl-C: a stopped run proves nothing
  });
  await runAll(steps);
  console.log(summary(results, performance.now() / 1000));
  process.exit(results.every(({ how }) => how === 0) ? 0 : 1);
} catch (error) {
  if (!(error instanceof NotAsked)) throw error;
  console.error(error.message);
  process.exit(2);
}
