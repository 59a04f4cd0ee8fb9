import { mean } from 'simple-statistics';
import { randomOf } from './statistics/seeded-random.ts';

/**
 * From this robust z-score on an occurrence is unusual (B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers,
 * 1993).
 */
export const unusualScore = 3.5;

/** A score on its local day. */
export interface DatedScore {
  day: number;
  score: number;
}

/** One unusual occurrence says little, and those of one day share what that day was like. */
const fewestRunning = 2;
const fewestDays = 2;

const directionOf = (score: number): number => (Math.abs(score) < unusualScore ? 0 : Math.sign(score));

const isAlarm = (run: readonly DatedScore[]): boolean =>
  run.length >= fewestRunning && new Set(run.map(({ day }) => day)).size >= fewestDays;

/**
 * Runs of unusual scores in one direction, over two occurrences and two days at least.
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

/** Neighbouring scores depend on each other; blocks of about this many keep most of that. */
const meanBlock = 10;

/**
 * How many alarms an account should expect in a quarter although nothing changes: its past scores, redrawn in random
 * blocks (D. Politis and J. Romano, The Stationary Bootstrap, J. Amer. Statist. Assoc. 89, 1994), sound so many on
 * average. What was truly unusual in the past counts as chance here, so the figure is rather too high.
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
