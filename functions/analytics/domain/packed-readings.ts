import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { Instant } from '#shared/time.ts';
import { PostAvailability, PostReading, type ReadingBatch, readingsByPost } from './reading.ts';

const counters = Object.keys(PostMetrics.shape) as (keyof PostMetrics)[];

/**
 * A reading as a tuple: index of its instant in `times`, availability, counters in the order of their schema, and
 * clicks on short links; null: none.
 */
const PackedReading = z.tuple([
  z.int().min(0),
  PostAvailability,
  z.array(z.int().nullable()).nullable(),
  z.int().min(0).nullable(),
]);

/**
 * All readings of an account's posts of one UTC day, once they are final. What is the same in all readings of a post is
 * stored only once.
 */
export const PackedReadings = z.object({
  times: z.array(Instant),
  posts: z
    .array(
      PostReading.omit({ availability: true, metrics: true, shortLinkClicks: true, isTold: true, chain: true }).extend({
        readings: z.array(PackedReading),
      }),
    )
    .min(1)
    .max(100),
});
export type PackedReadings = z.infer<typeof PackedReadings>;

/** Posts per pack, as many as in a look-up: an item stays far below 400 KB. */
const postsOfOne = 100;

/** Packs all readings of an account's posts of a day, ordered by post id. */
export const packedOf = (batches: readonly ReadingBatch[]): PackedReadings[] => {
  const byPost = [...readingsByPost(batches)].sort(([one], [other]) => (one < other ? -1 : 1));
  const packs: PackedReadings[] = [];
  for (let from = 0; from < byPost.length; from += postsOfOne) {
    const some = byPost.slice(from, from + postsOfOne).map(([, readings]) => readings);
    const times = [...new Set(some.flatMap((readings) => readings.map(({ measuredAt }) => measuredAt)))].sort();
    const places = new Map(times.map((at, place) => [at, place]));
    const posts = some.flatMap((readings) => {
      const newest = readings.at(-1);
      if (!newest) return [];
      const { postId, campaignId, variant, publishedAt, latenessMs, costMicros } = newest;
      return {
        ...{ postId, campaignId, variant, publishedAt, latenessMs, costMicros },
        readings: readings.map(
          ({ measuredAt, availability, metrics, shortLinkClicks }): z.infer<typeof PackedReading> => [
            places.get(measuredAt) ?? 0,
            availability,
            metrics && counters.map((counter) => metrics[counter]),
            shortLinkClicks,
          ],
        ),
      };
    });
    packs.push({ times, posts });
  }
  return packs;
};

/** Returns the readings of a pack, one batch for each instant. Their events were published long ago. */
export const batchesIn = (
  { times, posts }: PackedReadings,
  cohort: Pick<ReadingBatch, 'workspaceId' | 'accountId' | 'day'>,
): ReadingBatch[] =>
  times.map((measuredAt, place) => ({
    ...cohort,
    measuredAt,
    readings: posts.flatMap(({ readings, ...told }) =>
      readings
        .filter(([at]) => at === place)
        .map(([, availability, counts, shortLinkClicks]) => ({
          ...{ ...told, availability, metrics: metricsOf(counts), shortLinkClicks, isTold: false },
        })),
    ),
  }));

const metricsOf = (counts: readonly (number | null)[] | null): PostMetrics | null =>
  counts && PostMetrics.parse(Object.fromEntries(counters.map((counter, place) => [counter, counts[place]])));
