import { median, medianAbsoluteDeviation } from 'simple-statistics';
import { madToSd } from './account-level.ts';
import type { Occurrence } from './occurrences.ts';
import { cellIndex } from './time-cells.ts';

/** Minimum and maximum number of days from which the usual results are learned: an account changes over time. */
export const leastHistoryDays = 56;
const historyDays = 91;

/**
 * Minimum number of occurrences that show what is usual at a time; with fewer, those of the hour band or of all times
 * are used.
 */
const fewestUsual = 8;

/** Minimum standard deviation (a factor of 1.2): posts vary by this much even if a few happen to be alike. */
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

/** Returns the values of the 13 weeks before `day`. @param seen in order of time */
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
 * Returns the robust z-score of each occurrence: its distance from the median of the occurrences of the same weekday
 * and hour band in the 13 weeks before, divided by their scaled median absolute deviation (B. Iglewicz and D. Hoaglin,
 * How to Detect and Handle Outliers, 1993). Occurrences of the first eight weeks have none.
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
