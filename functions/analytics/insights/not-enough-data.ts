import { counted } from '#shared/text.ts';
import type { DataAmount, InsightKind, InsightSubject, NotEnoughData } from '../domain/insight.ts';

/** What `posts` counts, if not every post. */
const notes: Partial<Record<InsightKind, string>> = {
  best_time: ' Posts in the same three-hour band of a day count once.',
  anomaly: ' Only posts after the first eight weeks count, and those in the same three-hour band of a day count once.',
  fatigue: ' Only posts that campaigns made from the same template count.',
};

/** Returns the answer if there is not enough data; undefined if there is. */
export const notEnoughData = (
  kind: InsightKind,
  subject: InsightSubject,
  has: DataAmount,
  needs: DataAmount,
): NotEnoughData | undefined => {
  if (has.posts >= needs.posts && has.days >= needs.days) return undefined;
  const amount = ({ posts, days }: DataAmount): string =>
    counted(posts, 'post') + (needs.days > 0 ? ` over ${counted(days, 'day')}` : '');
  const statement =
    `Not enough data yet. Needed: at least ${amount(needs)}, at least three days old. Available: ${amount(has)}.` +
    (notes[kind] ?? '');
  return { outcome: 'not_enough_data', kind, subject, statement, has, needs };
};
