import type * as z from 'zod';
import type { Caller } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { dayAfter, localMoment, startOfDay } from '#shared/local-days.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { Post, PostStatus } from '../domain/post.ts';
import type { getCalendar } from './contract.ts';
import { excerptOf } from './excerpt.ts';
import { openedBy } from './feeds.ts';
import { calendarOf } from './icalendar.ts';

type Reply = z.infer<typeof getCalendar.response>;

/** Lists posts by local day. @throws DomainError `invalid_time_zone` */
export const calendarPage = async (
  { posts }: Deps,
  { from, to, timeZone, accountId, limit, cursor }: z.infer<typeof getCalendar.request.query>,
  { workspaceId }: Caller,
): Promise<Reply> => {
  const zone = knownTimeZone(timeZone, 'query');
  const range = { from: startOfDay(from, zone), to: startOfDay(dayAfter(to), zone) };
  const scope = { operation: 'getCalendar', workspaceId, from, to, timeZone, accountId };
  const filter = { ...range, accountId, accept: (post: Post) => post.scheduledAt !== null };
  const { items, nextCursor } = await posts.list(workspaceId, filter, { limit, cursor, scope });
  const days: Reply['days'] = [];
  for (const post of items) {
    const scheduledAt = post.scheduledAt ?? post.createdAt;
    const { date, time } = localMoment(scheduledAt, zone);
    let day = days.at(-1);
    if (day?.date !== date) days.push((day = { date, posts: [] }));
    const { id: postId, status, parts, problem } = post;
    const excerpt = excerptOf(parts[0]?.text ?? '');
    day.posts.push({
      postId,
      accountId: post.accountId,
      status,
      time,
      scheduledAt,
      excerpt,
      parts: parts.length,
      problem,
    });
  }
  return { timeZone: zone, days, nextCursor };
};

const daysBack = 30;
const daysAhead = 90;
const maxEvents = 2_000;
const inFeed: readonly PostStatus[] = ['scheduled', 'publishing', 'held', 'published'];

/**
 * Renders the calendar behind a secret link.
 * @throws DomainError `calendar_feed_not_found` if the link is invalid, expired or revoked
 */
export const readFeed = async (deps: Deps, token: string): Promise<string> => {
  const workspaceId = await openedBy(deps, token);
  const at = deps.now();
  const between = async (from: string, to: string, most: number): Promise<Post[]> => {
    const filter = { from, to, accept: (post: Post) => post.scheduledAt !== null && inFeed.includes(post.status) };
    const page = { limit: most, scope: { feed: workspaceId } };
    return most === 0 ? [] : (await deps.posts.list(workspaceId, filter, page)).items;
  };
  const coming = await between(at.toISOString(), instantAfter(at, daysAhead * dayMs), maxEvents);
  const past = await between(instantAfter(at, -daysBack * dayMs), at.toISOString(), maxEvents - coming.length);
  return calendarOf([...past, ...coming]);
};
