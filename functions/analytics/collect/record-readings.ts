import type { LinkClicks, Reading } from '#events/reading.ts';
import type { Author } from '#shared/actor.ts';
import { hourMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { type DatedReading, type PostReading, readingOf, readingsByPost, unreadOf } from '../domain/reading.ts';
import { frozenAfterMs } from '../domain/reading-ages.ts';
import { cohortOf, type TrackedPost } from '../domain/tracked-post.ts';
import { eachOf } from './each-of.ts';

interface LookUp {
  workspaceId: string;
  accountId: string;
  postIds: readonly string[];
  read: Reading;
  /** Clicks on the short links of those posts that have any and whose clicks could be read. */
  clicks: LinkClicks;
}

/** How long until posts that could not be read are read again, unless X says when. */
const retryAfterMs = hourMs;

/** How many cohorts are read and written concurrently. */
const cohortsAtOnce = 10;

/**
 * Records the result of a look-up, and returns how many posts have metrics. Posts missing from it are deferred, but
 * count as published all the same.
 */
export const recordReadings = async (
  deps: Deps,
  { workspaceId, accountId, postIds, read, clicks }: LookUp,
  author: Author,
): Promise<number> => {
  const now = deps.now();
  const measuredAt = new Date(read.outcome === 'read' ? read.measuredAt : now).toISOString();
  // Posts of a workspace erased meanwhile are no longer tracked.
  const posts = await deps.posts.findAll(workspaceId, postIds);
  const clicksOf = new Map(clicks.map((each) => [each.postId, each.clicks]));
  const byDay = [...Map.groupBy(posts, (post) => cohortOf(post).day).values()];
  const recorded = await eachOf(byDay, cohortsAtOnce, async (own) => {
    const [first] = own;
    if (!first) return { measured: 0, unread: [] };
    const cohort = cohortOf(first);
    const known = readingsByPost(await deps.readings.ofCohort(cohort));
    const { readings: judged, unread } = judge(own, read, known);
    const readings = judged.map((reading) => ({ ...reading, shortLinkClicks: clicksOf.get(reading.postId) ?? null }));
    if (readings.length > 0) await deps.readings.add({ ...cohort, measuredAt, readings }, author);
    return { measured: readings.filter(({ metrics }) => metrics !== null).length, unread };
  });
  await putOff(
    deps,
    { workspaceId, accountId, read },
    recorded.flatMap(({ unread }) => unread),
    now,
  );
  return recorded.reduce((sum, { measured }) => sum + measured, 0);
};

/**
 * Splits posts into readings and posts that could not be read; the latter get an empty reading if they have none yet.
 */
const judge = (
  posts: readonly TrackedPost[],
  read: Reading,
  known: ReadonlyMap<string, DatedReading[]>,
): { readings: PostReading[]; unread: TrackedPost[] } => {
  const readings: PostReading[] = [];
  const unread: TrackedPost[] = [];
  for (const post of posts.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    const before = known.get(post.id) ?? [];
    const reading = read.outcome === 'read' ? readingOf(post, read, before) : undefined;
    if (!reading) unread.push(post);
    if (reading) readings.push(reading);
    else if (before.length === 0) readings.push(unreadOf(post));
  }
  return { readings, unread };
};

/** Defers posts to a later reading, while X still returns their clicks. */
const putOff = async (
  { deferred }: Deps,
  { workspaceId, accountId, read }: Omit<LookUp, 'postIds' | 'clicks'>,
  posts: readonly TrackedPost[],
  now: Date,
): Promise<void> => {
  const readAt = 'retryAt' in read ? read.retryAt : instantAfter(now, retryAfterMs);
  const young = posts.filter(({ publishedAt }) => Date.parse(readAt) < Date.parse(publishedAt) + frozenAfterMs);
  if (young.length === 0) return;
  await deferred.add({
    workspaceId,
    accountId,
    postIds: young.map(({ id }) => id),
    readAt: new Date(readAt).toISOString(),
  });
};
