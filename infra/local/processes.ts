import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { slowness } from './slowness.ts';

/** A program that this process has started, with all that the program starts in turn. */
export interface OwnProcess {
  readonly pid: number;
  /** Settles when the program has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /**
   * Asks it to end (SIGTERM), waits up to `graceMs` milliseconds, ten seconds unless told otherwise, then ends it and
   * everything it has started (SIGKILL).
   */
  stop(graceMs?: number): Promise<void>;
  /** Ends it and everything it has started at once, without a chance to save anything. */
  kill(): void;
}

const STOP_GRACE_MS = 10_000;
const running = new Set<OwnProcess>();

// Whatever ends this process, what it has started ends too.
process.on('exit', () => {
  for (const own of running) own.kill();
});

/** Signals the whole process group of a program that has been started as the leader of one. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error; // ESRCH: all gone
  }
}

/**
 * Starts a program in a process group of its own; what it writes goes to the end of `logFile`, and line by line to
 * `onLine`. Its standard input is a pipe that stays open as long as this process lives, so that a program which reads it
 * notices even a SIGKILL of ours.
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
    // The error event says why; whoever waits for `ended` gets it.
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
      own.kill(); // it, if it did not listen, and what it has left behind
      await ended;
    },
  };
  running.add(own);
  void ended.finally(() => running.delete(own));
  return own;
}

/** The last lines of a log file, for an error message. */
export function lastLines(file: string, count = 12): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}

/**
 * Asks again and again until the answer is something. `what` completes the error's sentence: "... did not happen within
 * 30 seconds". @param options `seconds`: on an idle machine; a loaded one is given as much more time as it is slower
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
 * Waits for the end of something that was asked to stop. What hangs is named by an error, so that the rest is stopped
 * all the same. @param options `seconds`: on an idle machine, as in `waitUntil`
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

/** One Ctrl-C arrives several times, from the terminal and from npm; after this long it is a second one. */
const SAME_CTRL_C_MS = 2000;

/**
 * Runs `stop` once on Ctrl-C (SIGINT), SIGTERM, a closed terminal (SIGHUP), or when the process that has started this
 * one with a channel is gone. Then ends this process with exit code 0: that is how the local stage is meant to end.
 * A second Ctrl-C while it stops runs `giveUp` and ends this process at once, with exit code 1. Other signals change
 * nothing then.
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
