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

/** How often a feed is read, and the longest interval while it fails. */
const readEveryMs = 15 * minuteMs;
const longestWaitMs = dayMs;

/** A feed that has failed for this long is no longer read. */
const givenUpAfterMs = 14 * dayMs;

/** How many item ids are remembered, and how many items at the top of a feed can count as new. */
export const maxKnown = 1_000;
export const maxNewest = 500;

/** Fields that users set. */
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

/** State of polling a feed. Its changes are not published. */
export const FeedReading = z.object({
  workspaceId: WorkspaceId,
  feedId: FeedId,
  /** Next poll. */
  dueAt: Instant,
  /** Undefined before the first success. */
  readAt: Instant.optional(),
  /** Whether items present at the first success are published as new. */
  tellsFirst: z.boolean().default(false),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** Digests of the ids of items that were published, or present at the first reading; latest first. */
  known: z.array(z.string()),
  failingSince: Instant.nullable(),
  failures: z.int().min(0),
  failure: FeedFailure.nullable(),
  /** URL that the feed redirects to. */
  redirectsTo: z.string().nullable(),
});
export type FeedReading = z.infer<typeof FeedReading>;

/** A published item. */
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

/** The reading as it is saved before the request: if the poll is cut off, the feed is due again in 15 minutes. */
export const begun = (reading: FeedReading, now: Date): FeedReading => ({
  ...reading,
  dueAt: instantAfter(now, readEveryMs),
});

/** The reading after a success. @param known digests to add to the known ones */
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

/** The reading after a failure: the wait doubles, up to a day. */
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

/** Whether the feed has failed for so long that it is given up. */
export const isGivenUp = ({ failingSince }: FeedReading, now: Date): boolean =>
  failingSince !== null && now.getTime() - Date.parse(failingSince) >= givenUpAfterMs;
