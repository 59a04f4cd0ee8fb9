import * as z from 'zod';
import { FeedFailure } from '#events/platform.ts';
import { Actor } from '#shared/actor.ts';
import type { Bound } from '#shared/bound.ts';
import { entityFields } from '#shared/entity.ts';
import { FeedId, WorkspaceId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { dayMs, Instant, instantAfter, minuteMs } from '#shared/time.ts';

export const maxFeeds: Bound = {
  most: 20,
  code: 'too_many_feeds',
  said: 'A workspace can have 20 feeds. Delete one first.',
};

/** How often a feed is read, and how seldom at most while it fails. */
const readEveryMs = 15 * minuteMs;
const longestWaitMs = dayMs;

/** A feed that fails for so long is not read any more. */
const givenUpAfterMs = 14 * dayMs;

/** Items whose ids are remembered, and how many at the top of a feed can be new. */
export const maxKnown = 1_000;
export const maxNewest = 500;

/** What people decide of a feed. */
export const feedFields = {
  name: text(120).meta({ examples: ['Shop blog'] }),
  url: z
    .url()
    .max(2048)
    .meta({
      description: 'URL of the RSS or Atom feed: https, port 443, a public host',
      examples: ['https://blog.example.com/feed'],
    }),
  isPaused: z.boolean().meta({ description: 'Whether reading is paused' }),
};

/** A feed whose new items become events. */
export const Feed = z.object({
  id: FeedId,
  ...entityFields,
  ...feedFields,
  tellsFirst: z.boolean().meta({ description: 'Whether items present at the first reading are published as new' }),
  failure: FeedFailure.nullable().meta({ description: 'Why it was given up after 14 days; null: not given up' }),
  createdBy: Actor.meta({ description: 'Who created it' }),
  deletedAt: Instant.nullable(),
});
export type Feed = z.infer<typeof Feed>;

/** How reading a feed goes. Nobody is told of it. */
export const FeedReading = z.object({
  workspaceId: WorkspaceId,
  feedId: FeedId,
  /** When it is read next. */
  dueAt: Instant,
  /** Undefined before the first success. */
  readAt: Instant.optional(),
  /** What is there at the first success is new as well. */
  tellsFirst: z.boolean().default(false),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** Digests of the ids of items that were told, or were there at first; the latest first. */
  known: z.array(z.string()),
  failingSince: Instant.nullable(),
  failures: z.int().min(0),
  failure: FeedFailure.nullable(),
  /** Where the feed redirects to. */
  redirectsTo: z.string().nullable(),
});
export type FeedReading = z.infer<typeof FeedReading>;

/** An item that is told. */
export const FeedItem = z.object({
  ...entityFields,
  feedId: FeedId,
  feedVersion: z.int().min(1),
  itemId: z.string(),
  title: z.string(),
  url: z.string().nullable(),
  summary: z.string(),
  publishedAt: Instant.nullable(),
});
export type FeedItem = z.infer<typeof FeedItem>;

export const newReading = (
  { workspaceId, id: feedId, tellsFirst }: Pick<Feed, 'workspaceId' | 'id' | 'tellsFirst'>,
  now: Date,
): FeedReading => ({
  ...{ workspaceId, feedId, tellsFirst, dueAt: now.toISOString(), known: [] },
  ...{ failingSince: null, failures: 0, failure: null, redirectsTo: null },
});

/** The reading before it is begun: whoever is cut off leaves it due in a quarter of an hour. */
export const begun = (reading: FeedReading, now: Date): FeedReading => ({
  ...reading,
  dueAt: instantAfter(now, readEveryMs),
});

/** After a success. @param known digests that are known now besides those before */
export const succeeded = (
  reading: FeedReading,
  {
    known,
    etag,
    lastModified,
  }: { known: readonly string[]; etag: string | undefined; lastModified: string | undefined },
  now: Date,
): FeedReading => ({
  ...reading,
  ...{ etag, lastModified, known: [...new Set([...known, ...reading.known])].slice(0, maxKnown) },
  ...{ readAt: now.toISOString(), failingSince: null, failures: 0, failure: null, redirectsTo: null },
});

/** After a failure: the wait doubles, up to a day. */
export const failed = (
  reading: FeedReading,
  { failure, redirectsTo }: { failure: FeedFailure; redirectsTo: string | null },
  now: Date,
): FeedReading => ({
  ...reading,
  ...{ failure, redirectsTo, failures: reading.failures + 1 },
  failingSince: reading.failingSince ?? now.toISOString(),
  dueAt: instantAfter(now, Math.min(longestWaitMs, readEveryMs * 2 ** Math.min(reading.failures, 10))),
});

/** Whether it has failed for so long that it is given up. */
export const isGivenUp = ({ failingSince }: FeedReading, now: Date): boolean =>
  failingSince !== null && now.getTime() - Date.parse(failingSince) >= givenUpAfterMs;
