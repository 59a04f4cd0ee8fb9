import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { slowness } from './slowness.ts';

/** A program started by this process, with all of its child processes. */
export interface OwnProcess {
  readonly pid: number;
  /** Resolves when the program has ended: with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /**
   * Sends SIGTERM, waits up to `graceMs` milliseconds (ten seconds by default), then kills it and its child processes
   * (SIGKILL).
   */
  stop(graceMs?: number): Promise<void>;
  /** Kills it and its child processes immediately; nothing is saved. */
  kill(): void;
}

const STOP_GRACE_MS = 10_000;
const running = new Set<OwnProcess>();

// Child processes end with this process.
process.on('exit', () => {
  for (const own of running) own.kill();
});

/** Signals the entire process group led by a program. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // ESRCH: all gone
  }
}

/**
 * Starts a program in its own process group. Its output is appended to `logFile`, and passed line by line to `onLine`.
 * Its standard input is a pipe that stays open while this process lives, so that a program that reads it notices even
 * when we are killed by SIGKILL.
 */
export function startProcess(options: {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  logFile: string;
  onLine?: (line: string) => void;
}): OwnProcess {
  const { logFile, onLine } = options;
  const log = openSync(logFile, 'a');
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: onLine ? ['pipe', 'pipe', 'pipe'] : ['pipe', log, log],
  });
  closeSync(log);
  for (const stream of onLine ? [child.stdout, child.stderr] : []) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      appendFileSync(logFile, `${line}\n`);
      onLine?.(line);
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve(signal ?? code ?? 0);
    });
  });
  const { pid } = child;
  if (pid === undefined) {
    // The error event has the reason, and rejects `ended`.
    const nothing = { pid: 0, ended, stop: () => Promise.resolve(), kill: () => undefined };
    return nothing;
  }
  const own: OwnProcess = {
    pid,
    ended,
    kill: () => {
      signalGroup(pid, 'SIGKILL');
    },
    stop: async (graceMs = STOP_GRACE_MS) => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await (graceMs === Infinity ? ended : Promise.race([ended, sleep(graceMs, undefined, { ref: false })]));
      own.kill(); // if it ignored SIGTERM, and any remaining child processes
      await ended;
    },
  };
  running.add(own);
  void ended.finally(() => running.delete(own));
  return own;
}

/** Returns the last lines of a log file, for an error message. */
export function lastLines(file: string, count = 12): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Polls `ask` until it returns something. `what` starts the error message: "... did not happen within 30 seconds".
 * @param options `seconds`: on an idle machine; extended by how much slower a loaded one is
 */
export async function waitUntil<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  { seconds = 30, everyMs = 50 } = {},
): Promise<T> {
  const started = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const waited = (Date.now() - started) / 1000;
    if (waited > seconds * slowness()) throw new Error(`${what} did not happen within ${Math.round(waited)} seconds.`);
    await sleep(everyMs);
  }
}

/**
 * Waits for something that was asked to stop. On timeout throws an error naming it, so that the rest can still be
 * stopped.
 * @param options `seconds`: on an idle machine, as in `waitUntil`
 */
export async function endsInTime(what: string, end: Promise<void>, { seconds = 60 } = {}): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const allowed = seconds * slowness();
  const timer = setTimeout(() => {
    reject(new Error(`${what} did not stop within ${Math.round(allowed)} seconds.`));
  }, allowed * 1000);
  await Promise.race([end, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}

/** A single Ctrl-C arrives several times, from the terminal and from npm; after this long it is a second one. */
const SAME_CTRL_C_MS = 2000;

/**
 * Runs `stop` once on Ctrl-C (SIGINT), SIGTERM, a closed terminal (SIGHUP), or when the parent process connected by a
 * channel is gone, then ends this process with exit code 0, the normal end of the local stage. A second Ctrl-C
 * meanwhile runs `giveUp` and ends this process immediately with exit code 1; other signals are then ignored.
 */
export function stopOnSignal(stop: () => Promise<void>, giveUp?: () => void, sameCtrlCMs = SAME_CTRL_C_MS): void {
  let stoppingSince: number | undefined;
  for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'] as const) {
    process.on(event, () => {
      if (stoppingSince !== undefined) {
        if (giveUp === undefined || event !== 'SIGINT' || performance.now() - stoppingSince < sameCtrlCMs) return;
        giveUp();
        process.exit(1);
      }
      stoppingSince = performance.now();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error instanceof Error ? error.message : error);
          process.exit(1);
        },
      );
    });
  }
}
