import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import type { ReadPosts } from '#events/reading.ts';
import { Chain } from '#shared/actor.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { shardOf } from '#shared/shards.ts';
import { hourMs, Instant } from '#shared/time.ts';
import { sumOf } from './metrics.ts';
import { isReadingFor, latestDue, mayBeSkipped } from './reading-ages.ts';
import type { TrackedPost } from './tracked-post.ts';

/**
 * Why a number is present or missing. `available`: as X reported it; `delayed`: not read yet, because of X or a budget;
 * `deleted`: the post no longer exists on X; `withheld`: X shows it to nobody, or not to the account; `unsupported`: X
 * does not report it.
 */
export const Availability = z.enum(['available', 'delayed', 'unsupported', 'deleted', 'withheld']).meta({
  description:
    '`available`: as reported by X; `delayed`: not read yet, for example because of a rate limit or the read budget; ' +
    '`unsupported`: not reported by X; `deleted`: the post no longer exists on X; `withheld`: X does not show the post',
});
export type Availability = z.infer<typeof Availability>;

/** Availability of a whole post. */
export const PostAvailability = Availability.exclude(['unsupported']).meta({
  description:
    'What the latest reading gave. `available`: metrics; `delayed`: nothing yet, for example because of a rate limit; ' +
    '`deleted`: the post no longer exists on X; `withheld`: X does not show the post',
});

/** Result of a look-up for one post. */
export const PostReading = z.object({
  postId: PostId,
  campaignId: CampaignId.nullable().meta({ description: 'Campaign of the post; null: none' }),
  variant: z.string().nullable().meta({ description: "Variant of the campaign's experiment; null: none" }),
  publishedAt: Instant.meta({ description: 'When its last part was published (UTC)' }),
  latenessMs: z
    .int()
    .min(0)
    .meta({ description: 'Time between when it was due and when its last part was published, in milliseconds' }),
  /** X API cost of publishing it, in micro-dollars. */
  costMicros: z.int().min(0),
  availability: PostAvailability,
  /** Null unless it is available. */
  metrics: PostMetrics.nullable(),
  /** Counted by the platform itself, not by X. */
  shortLinkClicks: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({
      description:
        "Clicks on the post's short links, counted by the platform; null: it has none, or they were not read",
      examples: [42],
    }),
  /** Whether `post.metrics_updated` is published for it: a counter changed, or an experiment counts it. */
  isTold: z.boolean(),
  /** Automations that led to the post: if its metrics trigger one of them again, that is a loop. */
  chain: Chain.optional(),
});
export type PostReading = z.infer<typeof PostReading>;

/**
 * Readings of at most 100 posts of one account and one day of publication, from one look-up. It is written once and never
 * changed.
 */
export const ReadingBatch = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  /** The UTC day on which the posts were published. */
  day: z.iso.date(),
  measuredAt: Instant,
  readings: z.array(PostReading).min(1).max(100),
});
export type ReadingBatch = z.infer<typeof ReadingBatch>;

/** A reading and when it was made (UTC). */
export type DatedReading = PostReading & { measuredAt: string };

/** The readings of each post, oldest first. */
export const readingsByPost = (batches: readonly ReadingBatch[]): Map<string, DatedReading[]> =>
  Map.groupBy(
    batches
      .flatMap(({ measuredAt, readings }) => readings.map((reading) => ({ ...reading, measuredAt })))
      .sort((one, other) => Date.parse(one.measuredAt) - Date.parse(other.measuredAt)),
    ({ postId }) => postId,
  );

/** Returns the readings that have counters. */
export const measuredIn = <Reading extends PostReading>(readings: readonly Reading[]) =>
  readings.flatMap(({ metrics, ...reading }) => (metrics === null ? [] : [{ ...reading, metrics }]));

/** Whether a post is due at `now`, given its readings, oldest first. */
export const isDue = (post: TrackedPost, readings: readonly DatedReading[], now: Date): boolean => {
  const publishedAt = Date.parse(post.publishedAt);
  const shard = shardOf(post.accountId);
  const place = latestDue(publishedAt, shard, now.getTime());
  if (place === undefined || readings.at(-1)?.availability === 'deleted') return false;
  const measured = measuredIn(readings);
  const latestAt = latestReadAt(measured);
  if (hasMatured(post, latestAt, now)) return true;
  if (isReadingFor(publishedAt, shard, place, latestAt)) return false;
  return !(mayBeSkipped(place) && standsStill(measured));
};

/** When a post was read last, in ms since the epoch; -Infinity: never. */
const latestReadAt = (measured: readonly { measuredAt: string }[]): number => {
  const latest = measured.at(-1);
  return latest ? Date.parse(latest.measuredAt) : -Infinity;
};

/** Whether an experiment needs a reading: the post has matured since the latest one, at `latestAt`. */
const hasMatured = ({ trial, publishedAt }: TrackedPost, latestAt: number, now: Date): boolean => {
  if (trial === null) return false;
  const matureAt = Date.parse(publishedAt) + trial.maturityHours * hourMs;
  return matureAt <= now.getTime() && latestAt < matureAt;
};

/** Whether no counter changed between the last two readings. */
export const standsStill = (measured: readonly { metrics: PostMetrics }[]): boolean => {
  const [before, latest] = measured.slice(-2);
  return before !== undefined && latest !== undefined && isAlike(before.metrics, latest.metrics);
};

const isAlike = (one: PostMetrics, other: PostMetrics): boolean =>
  (Object.keys(PostMetrics.shape) as (keyof PostMetrics)[]).every((counter) => one[counter] === other[counter]);

/**
 * Returns the reading of a post from a look-up; for a thread, the sum of the parts that X still shows. Undefined if X
 * left out a part without saying why: a sum without it would look like a loss.
 * @param before earlier readings of the post, oldest first
 */
export const readingOf = (
  post: TrackedPost,
  look: ReadPosts,
  before: readonly DatedReading[],
): PostReading | undefined => {
  const given = new Map(look.posts.map((each) => [each.xPostId, each]));
  const parts = post.xPostIds.map((xPostId) => given.get(xPostId));
  if (parts.includes(undefined)) return undefined;
  const shown = parts.flatMap((part) => (part && part.metrics !== null ? [part.metrics] : []));
  const metrics = shown.length > 0 ? sumOf(shown.map((each) => withoutLinks(post, each))) : null;
  const isWithheld = parts.some((part) => part?.metrics === null && part.why === 'withheld');
  const measured = measuredIn(before);
  const latest = measured.at(-1);
  const hasMoved = metrics !== null && (latest === undefined || !isAlike(latest.metrics, metrics));
  const isCounted = metrics !== null && hasMatured(post, latestReadAt(measured), new Date(look.measuredAt));
  return {
    ...describe(post),
    availability: metrics !== null ? 'available' : isWithheld ? 'withheld' : 'deleted',
    metrics,
    shortLinkClicks: null,
    isTold: hasMoved || isCounted,
    ...(post.chain && { chain: post.chain }),
  };
};

/** Returns the empty reading of a post that could not be read, so that it still counts as published. */
export const unreadOf = (post: TrackedPost): PostReading => ({
  ...describe(post),
  availability: 'delayed',
  metrics: null,
  shortLinkClicks: null,
  isTold: false,
});

const describe = ({ id, campaignId, trial, publishedAt, dueAt, costMicros }: TrackedPost) => ({
  postId: id,
  campaignId,
  variant: trial?.variant ?? null,
  publishedAt,
  latenessMs: Math.max(0, Date.parse(publishedAt) - Date.parse(dueAt)),
  costMicros,
});

/** X omits link clicks of a post without links: they are 0. */
const withoutLinks = ({ format }: TrackedPost, metrics: PostMetrics): PostMetrics =>
  metrics.urlClicks === null && metrics.profileClicks !== null && format?.hasLink === false
    ? { ...metrics, urlClicks: 0 }
    : metrics;
