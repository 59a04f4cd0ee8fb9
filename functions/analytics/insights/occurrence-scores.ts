import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { madToSd } from './account-level.ts';
import type { Occurrence } from './occurrences.ts';
import { cellIndex } from './time-cells.ts';

/** What is usual is learned from this many days, at least and at most: an account of a year ago is another one. */
export const leastHistoryDays = 56;
const historyDays = 91;

/** The fewest occurrences that tell what is usual at a time; of fewer, those of the hour band or of all times do. */
const fewestUsual = 8;

/** Posts vary by this much (a factor of 1.2) even where a few alike happen not to. */
const leastSd = 0.2;

/** An occurrence compared with what was usual before it. */
export interface ScoredOccurrence {
  occurrence: Occurrence;
  /** Median of log(1 + count) of what it is compared with. */
  usual: number;
  /** Robust z-score. */
  score: number;
}

interface Seen {
  day: number;
  value: number;
}

/** The values of the days before `day` that still count. @param seen in order of time */
const valuesBefore = (seen: readonly Seen[], day: number): number[] => {
  const values: number[] = [];
  for (let place = seen.length - 1; place >= 0; place -= 1) {
    const each = seen[place];
    if (!each || each.day < day - historyDays) break;
    if (each.day < day) values.push(each.value);
  }
  return values;
};

/**
 * The robust z-score of each occurrence: its distance from the median, by the scaled median absolute deviation, of the
 * occurrences of the same weekday and hour band in the 13 weeks before (B. Iglewicz and D. Hoaglin, How to Detect and
 * Handle Outliers, 1993). Those of the first eight weeks have none.
 * @param occurrences of one account, in order of time
 */
export const scoresOf = (occurrences: readonly Occurrence[]): ScoredOccurrence[] => {
  const seenAt = new Map<string, Seen[]>();
  const start = occurrences[0]?.day ?? 0;
  return occurrences.flatMap((occurrence) => {
    const { day, value } = occurrence;
    // From the narrowest group to the widest.
    const groups = [`cell/${cellIndex(occurrence)}`, `band/${occurrence.hourBand}`, 'all'].map((key) => {
      const seen = seenAt.get(key) ?? [];
      seenAt.set(key, seen);
      return seen;
    });
    const scored = day - start < leastHistoryDays ? undefined : scoreIn(groups, occurrence);
    for (const seen of groups) seen.push({ day, value });
    return scored ? [scored] : [];
  });
};

const scoreIn = (groups: readonly (readonly Seen[])[], occurrence: Occurrence): ScoredOccurrence | undefined => {
  for (const seen of groups) {
    const values = valuesBefore(seen, occurrence.day);
    if (values.length < fewestUsual) continue;
    const usual = median(values);
    const sd = Math.max(madToSd * medianAbsoluteDeviation(values), leastSd);
    return { occurrence, usual, score: (occurrence.value - usual) / sd };
  }
  return undefined;
};
