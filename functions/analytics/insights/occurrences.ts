import { mean } from 'simple-statistics';
import type { Outcome } from './post-outcomes.ts';
import { bandOf } from './time-cells.ts';

/**
 * The posts of an account in one hour band of one local day. They share what that day was like, so they are one
 * observation: ten posts within an hour say little more than one.
 */
export interface Occurrence {
  accountId: string;
  /** Local, in days since 1970-01-01. */
  day: number;
  weekday: number;
  hourBand: number;
  /** Mean of log(1 + count) over its posts. */
  value: number;
  outcomes: readonly Outcome[];
}

const byTime = (one: Occurrence, other: Occurrence): number =>
  one.day - other.day || one.hourBand - other.hourBand || (one.accountId < other.accountId ? -1 : 1);

/** The occurrences of all accounts in order of time. */
export const occurrencesOf = (outcomes: readonly Outcome[]): Occurrence[] => {
  const groups = Map.groupBy(outcomes, ({ post, day, hour }) => `${post.accountId}/${day}/${bandOf(hour)}`);
  return [...groups.values()]
    .flatMap((own): Occurrence[] => {
      const [first] = own;
      if (!first) return [];
      const { post, day, weekday, hour } = first;
      const value = mean(own.map((outcome) => outcome.value));
      return [{ accountId: post.accountId, day, weekday, hourBand: bandOf(hour), value, outcomes: own }];
    })
    .sort(byTime);
};
