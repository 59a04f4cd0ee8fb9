import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CalendarFeedId, PersonId, PostId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { CalendarFeed, feedDays, maxFeeds } from '../domain/calendar-feed.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { Post, PostStatus } from '../domain/post.ts';

const operation = capability<PostErrors>({
  name: 'Calendar',
  group: 'Publishing',
  description: 'View posts by day, and subscribe to them from a calendar app.',
});

const maxDays = 92;

const LocalDate = z.iso.date('must be a date such as 2026-11-22').meta({ examples: ['2026-11-22'] });

const CalendarPost = z
  .object({
    postId: PostId,
    accountId: AccountId,
    status: PostStatus,
    time: z.string().meta({ description: 'Local time in the requested zone', examples: ['09:30'] }),
    scheduledAt: Instant,
    excerpt: z.string().meta({ description: 'Beginning of the text of the first part, at most 140 characters' }),
    parts: z.int().meta({ description: 'Number of parts; more than one is a thread' }),
    problem: Post.shape.problem,
  })
  .meta({ id: 'CalendarPost' });

export const getCalendar = operation({
  id: 'getCalendar',
  method: 'GET',
  path: '/v1/calendar',
  summary: 'List posts by local day',
  description:
    'Posts that have a time, in order, grouped by day in `timeZone`. A page may end within a day; the next page then ' +
    'starts with the same day.',
  access: 'posts:read',
  request: {
    query: pageQuery({
      from: LocalDate.meta({ description: 'First day, in `timeZone`' }),
      to: LocalDate.meta({ description: `Last day (inclusive), in \`timeZone\`; at most ${maxDays} days in all` }),
      timeZone: TimeZone.default('UTC'),
      accountId: AccountId.optional().meta({ description: 'Only posts of this account' }),
    }).check(range({ atMost: { days: maxDays - 1 } })),
  },
  response: z.object({
    timeZone: TimeZone,
    days: z
      .array(
        z.object({
          date: LocalDate.meta({ description: 'Local day in the requested zone' }),
          posts: z.array(CalendarPost).meta({ description: 'Posts of the day, earliest first' }),
        }),
      )
      .meta({ description: 'Days that have posts, in order' }),
    nextCursor: z
      .string()
      .nullable()
      .meta({ description: 'Pass it as `cursor` to get the next page; null on the last page' }),
  }),
  errors: { invalid: ['invalid_time_zone'] },
});

const FeedView = CalendarFeed.omit({ tokenHash: true })
  .extend({ personId: PersonId.meta({ description: 'Person who created the feed' }) })
  .meta({ id: 'CalendarFeedView' });

export const createCalendarFeed = operation({
  id: 'createCalendarFeed',
  method: 'POST',
  path: '/v1/calendar/feeds',
  summary: 'Create a calendar feed with a secret link',
  description:
    'The link is shown only once. Anyone who has it can read the calendar without signing in. It expires after ' +
    `${feedDays} days, or earlier if it is revoked or its creator can no longer schedule posts in the workspace. A person ` +
    `can have ${maxFeeds} feeds; service accounts read the calendar with their access token instead.`,
  access: 'posts:schedule',
  response: FeedView.extend({
    path: z.string().meta({ description: 'Path of the feed, relative to the base URL of this API' }),
  }).meta({ id: 'NewCalendarFeed' }),
  errors: { forbidden: ['people_only', 'standing_lost'], conflict: ['too_many_calendar_feeds', 'changed_meanwhile'] },
  idempotency: 'inherent',
  location: '{path}',
});

export const listCalendarFeeds = operation({
  id: 'listCalendarFeeds',
  method: 'GET',
  path: '/v1/calendar/feeds',
  summary: 'List calendar feeds',
  description:
    'Lists your own feeds or, for owners and admins, the feeds of all members. `limit` counts people, not feeds. The ' +
    'secret paths are not shown again.',
  access: 'posts:schedule',
  request: { query: pageQuery({}) },
  response: pageOf(FeedView),
});

export const revokeCalendarFeed = operation({
  id: 'revokeCalendarFeed',
  method: 'DELETE',
  path: '/v1/calendar/feeds/{feedId}',
  summary: 'Revoke a calendar feed',
  description: 'You can revoke your own feeds; owners and admins can revoke any.',
  access: 'posts:schedule',
  request: { path: z.strictObject({ feedId: CalendarFeedId }) },
  errors: { 'not-found': ['calendar_feed_not_found'], conflict: ['changed_meanwhile'] },
});

export const readCalendarFeed = operation({
  id: 'readCalendarFeed',
  method: 'GET',
  path: '/v1/calendar-feeds/{token}',
  summary: 'Get the calendar of a workspace by its secret link',
  description:
    'iCalendar (RFC 5545) with the scheduled, held and published posts of the last 30 and the next 90 days: at most ' +
    '2,000, and upcoming posts take precedence.',
  access: 'public',
  request: {
    path: z.strictObject({
      token: z.string().max(128).meta({ description: 'Secret of the link: the last segment of its `path`' }),
    }),
  },
  response: z.string(),
  contentType: 'text/calendar; charset=utf-8',
  ignoresQuery: true,
  errors: { 'not-found': ['calendar_feed_not_found'] },
  limit: 'costly',
});

export const operations = [
  getCalendar,
  createCalendarFeed,
  listCalendarFeeds,
  revokeCalendarFeed,
  readCalendarFeed,
] as const;
