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

/** How a post stands by all that was read of it. */
export const PostState = PostReading.omit({ metrics: true, isTold: true, chain: true }).extend({
  accountId: AccountId,
  latest: Snapshot.nullable().meta({ description: 'Most recent metrics; null: none yet' }),
  isCarriedForward: z
    .boolean()
    .meta({ description: 'Whether `latest` comes from an older reading because the latest one failed' }),
  /** No counter moved between the last two readings: those in between are left out from then on. */
  standsStill: z.boolean().default(false),
});
export type PostState = z.infer<typeof PostState>;

/** How a post stands. @param readings all of it, oldest first, at least one */
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
      // Those of an earlier reading count where the latest could not count them.
      shortLinkClicks: readings.findLast((each) => each.shortLinkClicks !== null)?.shortLinkClicks ?? null,
      standsStill: standsStill(all),
    },
  ];
};

/**
 * How each post stands, whatever the order of the batches: the latest look-up counts. A batch that comes twice changes
 * nothing.
 */
export const statesOf = (batches: readonly ReadingBatch[]): PostState[] =>
  [...Map.groupBy(batches, ({ accountId }) => accountId)].flatMap(([accountId, own]) =>
    [...readingsByPost(own).values()].flatMap((readings) => stateOf(accountId, readings)),
  );
