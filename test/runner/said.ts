/** What `npm test` prints besides the output of its checks. */

export interface Result {
  title: string;
  /** How the process ended: its exit code, or the signal that ended it. */
  how: number | string;
  seconds: number;
  /** Causes found in the output of a failed check, line by line. */
  causes?: readonly string[];
}

const width = 11;

/** An output line of a check, after its title. */
export const lineOf = (title: string, line: string): string => `${title.padEnd(width)} │ ${line}`;

/** A duration in minutes and seconds. */
export const duration = (seconds: number): string => {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
};

/** How a check ended. */
export const ending = ({ title, how, seconds }: Result): string => {
  const passed = how === 0;
  const why = passed ? '' : typeof how === 'number' ? ` (exit code ${how})` : ` (${how})`;
  return lineOf(title, `${passed ? 'passed' : 'FAILED'} in ${duration(seconds)}${why}`);
};

const maxCauseLines = 16;

/** Why a check failed: the failures that its output names (`reporter.ts`), each with its first line; otherwise the end of the output. */
export const causesIn = (output: string): string[] => {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const named = lines.flatMap((line, place) => (line.startsWith('FAILED ') ? lines.slice(place, place + 2) : []));
  return named.length > 0 ? named.slice(0, maxCauseLines) : lines.slice(-maxCauseLines);
};

/** The last lines of a run: each check, why some failed, then how many. @param seconds of the whole run */
export const summary = (results: readonly Result[], seconds: number): string => {
  const failed = results.filter(({ how }) => how !== 0);
  return [
    '',
    ...results.map(
      (each) =>
        `${each.how === 0 ? 'passed' : 'FAILED'}  ${each.title.padEnd(width)} ${duration(each.seconds).padStart(12)}`,
    ),
    ...failed.flatMap(({ title, causes = [] }) => causes.map((line) => lineOf(title, line))),
    `checks: ${results.length - failed.length} passed, ${failed.length} failed, ${duration(seconds)} in total`,
  ].join('\n');
};

/**
 * The environment of a check. Its output goes through a pipe, so it cannot detect a terminal itself: colours are on for
 * terminals and off for files, unless NO_COLOR or FORCE_COLOR (no-color.org, force-color.org) is set.
 */
export const environment = (own: Readonly<NodeJS.ProcessEnv>, isTerminal: boolean): Record<string, string> => {
  const { NO_COLOR: never, FORCE_COLOR: always, ...rest } = own;
  const set = Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const inColour = !never && (always ? always !== '0' : isTerminal);
  return { ...Object.fromEntries(set), ...(inColour ? { FORCE_COLOR: always || '1' } : { NO_COLOR: '1' }) };
};
