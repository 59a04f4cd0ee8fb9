import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { Snapshot } from './metrics.ts';
import {
  type DatedReading,
  measuredIn,
  PostReading,
  type ReadingBatch,
  readingsByPost,
  standsStill,
} from './reading.ts';

/** State of a post, derived from all its readings. */
export const PostState = PostReading.omit({ metrics: true, isTold: true, chain: true }).extend({
  accountId: AccountId,
  latest: Snapshot.nullable().meta({ description: 'Most recent metrics; null: none yet' }),
  isCarriedForward: z.boolean().meta({
    description: 'Whether `latest` holds the last numbers of a post that X no longer shows (deleted or withheld)',
  }),
  /** Whether no counter changed between the last two readings; later ones, except the final one, are then skipped. */
  standsStill: z.boolean().default(false),
});
export type PostState = z.infer<typeof PostState>;

/** Derives the state of a post; empty without readings. @param readings all of the post's, oldest first */
const stateOf = (accountId: string, readings: readonly DatedReading[]): PostState[] => {
  const newest = readings.at(-1);
  if (!newest) return [];
  const { postId, campaignId, variant, publishedAt, latenessMs, costMicros, availability } = newest;
  const all = measuredIn(readings);
  const measured = all.at(-1);
  return [
    {
      ...{ postId, accountId, campaignId, variant, publishedAt, latenessMs, costMicros, availability },
      latest: measured ? { measuredAt: measured.measuredAt, metrics: measured.metrics } : null,
      isCarriedForward: measured !== undefined && newest.metrics === null,
      // If the latest reading has no clicks, those of an earlier one count.
      shortLinkClicks: readings.findLast((each) => each.shortLinkClicks !== null)?.shortLinkClicks ?? null,
      standsStill: standsStill(all),
    },
  ];
};

/** Derives the state of each post. The latest look-up counts, whatever the order of the batches. */
export const statesOf = (batches: readonly ReadingBatch[]): PostState[] =>
  [...Map.groupBy(batches, ({ accountId }) => accountId)].flatMap(([accountId, own]) =>
    [...readingsByPost(own).values()].flatMap((readings) => stateOf(accountId, readings)),
  );
