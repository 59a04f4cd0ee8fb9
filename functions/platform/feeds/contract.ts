import * as z from 'zod';
import { FeedFailure } from '#events/platform.ts';
import { change } from '#shared/change.ts';
import { capability } from '#shared/http/operation.ts';
import { FeedId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import type { PlatformErrors } from '../domain/error-codes.ts';
import { Feed, feedFields, maxFeeds } from '../domain/feed.ts';

const operation = capability<PlatformErrors>({
  name: 'Feeds',
  group: 'Integrations',
  description: 'Read RSS and Atom feeds. Each new item is published once, as the event `feed.item_found`.',
});

/** How users have a feed read again that was given up. */
const howReadAgain = 'set `isPaused` to false or change its `url`';

const onFeed = z.strictObject({ feedId: FeedId });

const FeedView = Feed.omit({ ...{ failure: true, deletedAt: true, changedBy: true, correlationId: true, chain: true } })
  .extend({
    readAt: Instant.nullable().meta({
      description:
        'When it was last read successfully (UTC); null: not since it was created, resumed or given another `url`, or it is paused or given up',
    }),
    nextReadAt: Instant.nullable().meta({ description: 'When it is read next (UTC); null: it is not read' }),
    failing: z
      .object({
        failure: FeedFailure,
        since: Instant.nullable().meta({
          description: `First failure since it was last read successfully (UTC); null: given up after 14 days; to have it read again, ${howReadAgain}`,
        }),
        redirectsTo: z
          .string()
          .nullable()
          .meta({
            description:
              'URL that the feed redirects to: set it as the URL of the feed; null: no redirect, or given up after 14 days',
            examples: ['https://blog.example.com/new-feed'],
          }),
      })
      .nullable()
      .meta({ description: 'Current failure; null: none' }),
  })
  .meta({ id: 'Feed', description: 'Feed whose new items become events' });

export const createFeed = operation({
  id: 'createFeed',
  method: 'POST',
  path: '/v1/feeds',
  summary: 'Create a feed',
  description:
    'It is read every 15 minutes. While it fails, it is read less and less often, down to once a day; after 14 days of ' +
    `failures, it is no longer read until you ${howReadAgain}. Items present at the first reading are not published, unless \`tellsFirst\` is true. ` +
    'Each reading publishes at most 20 new items, oldest first; the next reading continues. A feed larger than 2 MB ' +
    `is not read. A workspace can have ${maxFeeds.most} feeds.`,
  access: 'automations:manage',
  request: {
    body: z.strictObject({
      ...feedFields,
      isPaused: feedFields.isPaused.default(false),
      tellsFirst: Feed.shape.tellsFirst.default(false),
    }),
  },
  response: FeedView,
  errors: { invalid: ['address_refused'], conflict: ['too_many_feeds'] },
  etag: true,
  location: '/v1/feeds/{id}',
});

export const listFeeds = operation({
  id: 'listFeeds',
  method: 'GET',
  path: '/v1/feeds',
  summary: 'List feeds, newest first',
  access: 'automations:read',
  request: { query: pageQuery({}) },
  response: pageOf(FeedView),
});

const missing = { 'not-found': ['feed_not_found'] } as const;

export const getFeed = operation({
  id: 'getFeed',
  method: 'GET',
  path: '/v1/feeds/{feedId}',
  summary: 'Get a feed by its id',
  access: 'automations:read',
  request: { path: onFeed },
  response: FeedView,
  errors: missing,
  etag: true,
});

export const changeFeed = operation({
  id: 'changeFeed',
  method: 'PATCH',
  path: '/v1/feeds/{feedId}',
  summary: 'Change, pause or resume a feed',
  description:
    'After the URL changes or reading resumes, items present at the next reading are not published. ' +
    `To have a feed read again that was given up after 14 days of failures, ${howReadAgain}.`,
  access: 'automations:manage',
  request: { path: onFeed, body: change(feedFields) },
  response: FeedView,
  errors: { ...missing, invalid: ['address_refused'], conflict: ['changed_meanwhile'] },
  ifMatch: 'required',
});

export const deleteFeed = operation({
  id: 'deleteFeed',
  method: 'DELETE',
  path: '/v1/feeds/{feedId}',
  summary: 'Delete a feed',
  access: 'automations:manage',
  request: { path: onFeed },
  errors: { ...missing, conflict: ['changed_meanwhile'] },
});

export const operations = [createFeed, listFeeds, getFeed, changeFeed, deleteFeed] as const;
