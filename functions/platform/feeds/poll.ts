import type { FeedFailure } from '#events/platform.ts';
import { systemAuthor } from '#shared/actor.ts';
import { isLostUpdate } from '#shared/entities.ts';
import type { Outcome } from '#shared/outbound/outcome.ts';
import { digestOf } from '#shared/secrets.ts';
import type { FeedDeps } from '../deps.ts';
import { begun, failed, type Feed, type FeedReading, isGivenUp, maxNewest, succeeded } from '../domain/feed.ts';
import { type FoundItem, itemsIn } from './read-items.ts';

/**
 * Feeds that one call of the task reads concurrently, and how long each download may take. Parsing a very large feed
 * takes several seconds of CPU, so the number is low enough for the worst case to fit into the function's timeout.
 */
const feedsAtATime = 3;
const timeoutMs = 10_000;

/** Largest feed, in bytes, and most new items that one reading publishes. */
const maxFeedBytes = 2 * 1024 * 1024;
const maxTold = 20;

/** Reads the feeds that are due, a few at a time. `isMore`: others may be due. */
export const pollFeeds = async (deps: FeedDeps, correlationId: string): Promise<{ isMore: boolean }> => {
  const due = await deps.readings.due(deps.now(), feedsAtATime);
  await Promise.all(due.map((reading) => poll(deps, reading, correlationId)));
  return { isMore: due.length === feedsAtATime };
};

/** Reads a feed. Of concurrent polls, only the first one reads it. */
const poll = async (deps: FeedDeps, before: FeedReading, correlationId: string): Promise<void> => {
  const { workspaceId, feedId } = before;
  const feed = await deps.feeds.find(workspaceId, feedId);
  if (!feed || feed.isPaused || feed.failure !== null) {
    await deps.readings.end(before);
    return;
  }
  const reading = begun(before, deps.now());
  if (!(await deps.readings.replace(before, reading))) return;
  const outcome = await deps.send({
    method: 'GET',
    url: feed.url,
    headers: {
      accept: 'application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1',
      ...(reading.etag !== undefined && { 'if-none-match': reading.etag }),
      ...(reading.lastModified !== undefined && { 'if-modified-since': reading.lastModified }),
    },
    answer: { maxBytes: maxFeedBytes, longer: 'refused' },
    timeoutMs,
  });
  // Discard the response if the feed was paused, changed or deleted meanwhile.
  if ((await deps.feeds.find(workspaceId, feedId))?.version !== feed.version) return;
  const next = await after(deps, feed, reading, outcome, correlationId);
  await deps.readings.replace(reading, next);
  deps.log.info('feed read', { feedId, failure: next.failure, milliseconds: outcome.milliseconds });
  if (isGivenUp(next, deps.now())) await giveUp(deps, feed, next, correlationId);
};

const after = async (
  deps: FeedDeps,
  feed: Feed,
  reading: FeedReading,
  outcome: Outcome,
  correlationId: string,
): Promise<FeedReading> => {
  const now = deps.now();
  const { etag, lastModified } = reading;
  if (outcome.outcome === 'answered' && outcome.status === 304) {
    return succeeded(reading, { known: [], etag, lastModified }, now);
  }
  const problem = problemOf(outcome);
  if (problem) return failed(reading, problem, now);
  const items = outcome.outcome === 'answered' ? readable(outcome) : undefined;
  if (!items) return failed(reading, { failure: 'not_a_feed', redirectsTo: null }, now);
  const { known, isMore } = await tellNew(deps, feed, reading, items, correlationId);
  const headers = outcome.outcome === 'answered' ? outcome.headers : {};
  // If more items are left to publish, omit the validators, so that the next reading gets the feed again and not a 304.
  const validators = isMore ? {} : { etag: bounded(headers.etag), lastModified: bounded(headers['last-modified']) };
  return succeeded(reading, { etag: undefined, lastModified: undefined, ...validators, known }, now);
};

const bounded = (header: string | undefined): string | undefined =>
  header !== undefined && header.length <= 1_000 ? header : undefined;

const readable = ({ body, headers }: Extract<Outcome, { outcome: 'answered' }>): FoundItem[] | undefined => {
  try {
    return itemsIn(body, headers['content-type']);
  } catch {
    return undefined;
  }
};

const problemOf = (outcome: Outcome): { failure: FeedFailure; redirectsTo: string | null } | undefined => {
  if (outcome.outcome !== 'answered') return { failure: outcome.outcome, redirectsTo: null };
  const { status, headers } = outcome;
  if (status === 200) return undefined;
  const redirectsTo = headers.location?.slice(0, 2_048) ?? null;
  if (status === 301 || status === 308) return { failure: 'moved_permanently', redirectsTo };
  if (status >= 300 && status < 400) return { failure: 'redirected', redirectsTo };
  return { failure: 'refused_by_server', redirectsTo: null };
};

/**
 * Publishes the new items, oldest first; none at the first reading, unless `tellsFirst` is set. Only items near the top
 * can be new: those further down are old, and move up when items above them are deleted.
 */
const tellNew = async (
  { feedItems }: Pick<FeedDeps, 'feedItems'>,
  { workspaceId, id: feedId, version: feedVersion }: Feed,
  reading: FeedReading,
  items: readonly FoundItem[],
  correlationId: string,
): Promise<{ known: string[]; isMore: boolean }> => {
  const before = new Set(reading.known);
  const all = new Map(items.map((item) => [digestOf(item.itemId).slice(0, 22), item]));
  if (reading.readAt === undefined && !reading.tellsFirst) return { known: [...all.keys()], isMore: false };
  const top = new Set([...all.keys()].slice(0, maxNewest));
  const oldestFirst = [...all]
    .filter(([digest]) => top.has(digest) && !before.has(digest))
    .reverse()
    // The sort is stable: items without a date, or with the same one, keep the order of the feed.
    .sort(([, one], [, other]) => Date.parse(one.publishedAt ?? '') - Date.parse(other.publishedAt ?? '') || 0);
  const told = oldestFirst.slice(0, maxTold);
  for (const [digest, item] of told) {
    await feedItems.add(
      { ...item, workspaceId, feedId, feedVersion },
      digest,
      systemAuthor('platform', { correlationId }),
    );
  }
  const still = [...all.keys()].filter((digest) => before.has(digest) || !top.has(digest));
  return { known: [...told.map(([digest]) => digest), ...still], isMore: told.length < oldestFirst.length };
};

const giveUp = async (
  { feeds, readings }: Pick<FeedDeps, 'feeds' | 'readings'>,
  feed: Feed,
  reading: FeedReading,
  correlationId: string,
): Promise<void> => {
  try {
    await feeds.save({ ...feed, failure: reading.failure }, systemAuthor('platform', { correlationId }));
    await readings.end(reading);
  } catch (error) {
    // The feed is being changed concurrently; the next reading sees its new state.
    if (!isLostUpdate(error)) throw error;
  }
};
