import { mean } from 'simple-statistics';
import { randomOf } from './statistics/seeded-random.ts';

/**
 * Robust z-score from which an occurrence is unusual (B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers,
 * 1993).
 */
export const unusualScore = 3.5;

/** A score and its local day. */
export interface DatedScore {
  day: number;
  score: number;
}

/** One unusual occurrence says little, and those of one day are not independent. */
const fewestRunning = 2;
const fewestDays = 2;

const directionOf = (score: number): number => (Math.abs(score) < unusualScore ? 0 : Math.sign(score));

const isAlarm = (run: readonly DatedScore[]): boolean =>
  run.length >= fewestRunning && new Set(run.map(({ day }) => day)).size >= fewestDays;

/**
 * Finds runs of unusual scores in one direction, over at least two occurrences and two days.
 * @param scores in order of time
 */
export const alarmsIn = <T extends DatedScore>(scores: readonly T[]): T[][] => {
  const alarms: T[][] = [];
  let run: T[] = [];
  let direction = 0;
  const close = () => {
    if (direction !== 0 && isAlarm(run)) alarms.push(run);
  };
  for (const each of scores) {
    const own = directionOf(each.score);
    if (own === direction && own !== 0) {
      run.push(each);
      continue;
    }
    close();
    [run, direction] = [[each], own];
  }
  close();
  return alarms;
};

const quarterDays = 365.25 / 4;
const replicates = 200;

/** Mean length of a block: neighbouring scores depend on each other, and blocks keep most of that. */
const meanBlock = 10;

/**
 * Estimates how many alarms per quarter to expect for an account although nothing changes: the average over its past
 * scores, redrawn in random blocks (D. Politis and J. Romano, The Stationary Bootstrap, J. Amer. Statist. Assoc. 89,
 * 1994). Scores that were truly unusual count as chance here, so the estimate tends to be too high.
 * @param skeleton scores of the past in order of time: when the account posts
 * @param pool the scores to draw from, in order of time
 * @throws RangeError without a score
 */
export const falseAlarmsPerQuarter = (
  skeleton: readonly DatedScore[],
  pool: readonly DatedScore[],
  seed: string,
): number => {
  const [first, last] = [skeleton[0], skeleton.at(-1)];
  if (!first || !last || pool.length === 0) throw new RangeError('There is no past to learn from');
  const random = randomOf(seed);
  const quarters = (last.day - first.day + 1) / quarterDays;
  const counts = Array.from({ length: replicates }, () => {
    let place = 0;
    const drawn = skeleton.map(({ day }, step) => {
      const isNewBlock = step === 0 || random.uniform() < 1 / meanBlock;
      place = isNewBlock ? Math.floor(random.uniform() * pool.length) : (place + 1) % pool.length;
      return { day, score: pool[place]?.score ?? 0 };
    });
    return alarmsIn(drawn).length;
  });
  return mean(counts) / quarters;
};
