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
  /** Paths of the files still running. */
  atWork: readonly string[];
}

/** The progress of a run, in one line. */
export const progress = ({ files, ended, tests, failed, seconds, atWork }: Progress): string => {
  const parts = [`${ended} of ${files} files`, `${tests} tests`, `${failed} failed`, duration(seconds)];
  return `${parts.join(', ')}${atWork.length === 0 ? '' : `; running: ${atWork.join(', ')}`}`;
};

const maxLines = 20;
const maxCharacters = 400;

/**
 * The last log lines of a failed test, shortened. Metrics are left out: they do not explain a failure.
 * @param file path of the complete log
 */
export const excerpt = (lines: readonly string[], file: string): string => {
  const entries = lines.filter((line) => !line.startsWith('{"_aws":'));
  const last = entries.slice(-maxLines);
  const cut = last.map((line) => (line.length > maxCharacters ? `${line.slice(0, maxCharacters)} …` : line));
  const title = `  log, last ${last.length} of ${entries.length} lines (complete, with metrics: ${file}):`;
  return [title, ...cut.map((line) => `    ${line}`)].join('\n');
};
