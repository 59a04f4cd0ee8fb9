import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { AccountId, CalendarFeedId, PersonId, PostId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { dayMs, Instant, TimeZone } from '#shared/time.ts';
import { CalendarFeed, feedDays, mostFeeds } from '../domain/calendar-feed.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { PostStatus } from '../domain/post.ts';

const operation = capability<PostErrors>({
  name: 'Calendar',
  group: 'Publishing',
  description: 'See posts by day, and subscribe to them in a calendar program.',
});

const mostDays = 92;

const LocalDate = z.iso.date('must be a day such as 2026-11-22').meta({ examples: ['2026-11-22'] });

const CalendarPost = z
  .object({
    postId: PostId,
    accountId: AccountId,
    status: PostStatus,
    time: z.string().meta({ description: 'Time on the clock of the zone', examples: ['09:30'] }),
    scheduledAt: Instant,
    excerpt: z.string().meta({ description: 'The first words of its text, 140 characters at most' }),
    parts: z.int().meta({ description: 'Parts of the thread' }),
    problem: z.object({ code: z.string(), reason: z.string() }).nullable(),
  })
  .meta({ id: 'CalendarPost' });

export const getCalendar = operation({
  id: 'getCalendar',
  method: 'GET',
  path: '/v1/calendar',
  summary: 'What goes out on which day, on the clock of a zone',
  description:
    'Posts that have a time, by local day and in order. A page may end within a day: the next one begins with the same ' +
    'day then.',
  access: 'posts:read',
  request: {
    query: pageQuery({
      from: LocalDate.meta({ description: 'First day in the zone' }),
      to: LocalDate.meta({ description: `Last day in the zone, inclusive; ${mostDays} days at most` }),
      timeZone: TimeZone.default('UTC'),
      accountId: AccountId.optional(),
    }).check(range({ atMost: { milliseconds: (mostDays - 1) * dayMs, said: `${mostDays} days` } })),
  },
  response: z.object({
    timeZone: TimeZone,
    days: z.array(z.object({ date: LocalDate, posts: z.array(CalendarPost) })),
    nextCursor: z.string().nullable(),
  }),
  errors: { invalid: ['invalid_time_zone'] },
});

const FeedView = CalendarFeed.omit({ tokenHash: true })
  .extend({ personId: PersonId.meta({ description: 'Whose link it is' }) })
  .meta({ id: 'CalendarFeedView' });

export const createCalendarFeed = operation({
  id: 'createCalendarFeed',
  method: 'POST',
  path: '/v1/calendar/feeds',
  summary: 'Make a secret link under which calendar programs read what goes out',
  description:
    `It is shown this once, and whoever has it reads without signing in. It ends after ${feedDays} days, when it is ` +
    'revoked, and when whoever made it may not schedule posts in the workspace any more. A person may have ' +
    `${mostFeeds}; machines have none.`,
  access: 'posts:schedule',
  response: FeedView.extend({
    path: z.string().meta({ description: 'Path of the feed, below the address of this API' }),
  }).meta({ id: 'NewCalendarFeed' }),
  errors: { forbidden: ['people_only', 'standing_lost'], conflict: ['too_many_calendar_feeds', 'changed_meanwhile'] },
  idempotency: 'inherent',
  location: '{path}',
});

export const listCalendarFeeds = operation({
  id: 'listCalendarFeeds',
  method: 'GET',
  path: '/v1/calendar/feeds',
  summary: 'List secret links of the calendar: your own or, as an owner or admin, those of everybody',
  description:
    'A page has the links of so many people as `limit` says. The links themselves are shown to nobody again.',
  access: 'posts:schedule',
  request: { query: pageQuery({}) },
  response: pageOf(FeedView),
});

export const revokeCalendarFeed = operation({
  id: 'revokeCalendarFeed',
  method: 'DELETE',
  path: '/v1/calendar/feeds/{feedId}',
  summary: 'End a secret link of the calendar: one of your own or, as an owner or admin, anybody’s',
  access: 'posts:schedule',
  request: { path: z.strictObject({ feedId: CalendarFeedId }) },
  errors: { 'not-found': ['calendar_feed_not_found'], conflict: ['changed_meanwhile'] },
});

export const readCalendarFeed = operation({
  id: 'readCalendarFeed',
  method: 'GET',
  path: '/v1/calendar-feeds/{token}',
  summary: 'The calendar of a workspace, by a secret link',
  description:
    'iCalendar (RFC 5545): scheduled, held and published posts of the last 30 and the next 90 days, 2,000 at most, ' +
    'those to come first.',
  access: 'public',
  request: { path: z.strictObject({ token: z.string().max(128) }) },
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
