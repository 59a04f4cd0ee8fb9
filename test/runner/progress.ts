import { duration } from './said.ts';

export interface Progress {
  /** Files of the run, and those that have ended. */
  files: number;
  ended: number;
  /** Tests that have ended, and those of them that failed. */
  tests: number;
  failed: number;
  /** Since the run began. */
  seconds: number;
  /** Paths of the files that are at work. */
  atWork: readonly string[];
}

/** How far a run is, in one line. */
export const progress = ({ files, ended, tests, failed, seconds, atWork }: Progress): string => {
  const parts = [`${ended} of ${files} files`, `${tests} tests`, `${failed} failed`, duration(seconds)];
  return `${parts.join(', ')}${atWork.length === 0 ? '' : `; at work: ${atWork.join(', ')}`}`;
};

const mostLines = 20;
const mostCharacters = 400;

/**
 * The last of the lines that were logged in a test that failed, cut to what a person reads. Metrics are left out: they
 * tell what happened to nobody. @param file where all lines are
 */
export const excerpt = (lines: readonly string[], file: string): string => {
  const entries = lines.filter((line) => !line.startsWith('{"_aws":'));
  const last = entries.slice(-mostLines);
  const which = last.length < entries.length ? `the last ${last.length} of ${entries.length}` : `${entries.length}`;
  const cut = last.map((line) => (line.length > mostCharacters ? `${line.slice(0, mostCharacters)} …` : line));
  return [`  logged meanwhile, ${which} lines (all, with metrics: ${file}):`, ...cut.map((line) => `    ${line}`)].join(
    '\n',
  );
};
