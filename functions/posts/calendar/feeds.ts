import type * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { mayDo } from '#shared/permissions.ts';
import { isSameSecret } from '#shared/secrets.ts';
import type { Deps } from '../deps.ts';
import {
  type CalendarFeeds,
  type FeedOwner,
  hashOfToken,
  liveFeeds,
  ownerOf,
  secretBytes,
  tokenOf,
  withFeed,
  withoutFeed,
} from '../domain/calendar-feed.ts';
import { type createCalendarFeed, listCalendarFeeds } from './contract.ts';

/** Maximum number of attempts to write a link when other writes of the same person interfere. */
const maxAttempts = 12;

type Needed = Pick<Deps, 'calendarFeeds' | 'now'>;

/** Owners and admins manage everybody's links. */
const looksAfterAll = ({ role }: Caller): boolean => mayDo(role, 'members:manage');

/**
 * Creates a secret link of the caller to the workspace's calendar; its path is returned only this once.
 * @throws DomainError `people_only`, and those of `withFeed`
 */
export const makeFeed = async (
  { calendarFeeds, randomBytes, now }: Needed & Pick<Deps, 'randomBytes'>,
  caller: Caller,
): Promise<z.infer<typeof createCalendarFeed.response>> => {
  const { workspaceId, personId } = caller;
  if (caller.actor.type !== 'person') {
    throw new DomainError(
      'forbidden',
      'people_only',
      'Service accounts cannot create calendar feeds. Read the calendar with the access token instead.',
    );
  }
  const token = tokenOf(caller, randomBytes(secretBytes));
  const id = newId('cal', now());
  const { feeds } = await retryOnLostUpdate(
    async () => {
      const own = await calendarFeeds.read({ workspaceId, personId }, caller);
      return calendarFeeds.save(withFeed(own, { id, tokenHash: hashOfToken(token) }, now()), caller);
    },
    { maxAttempts },
  );
  const made = feeds.find((feed) => feed.id === id);
  if (!made) throw new Error('The link that was made is not there');
  return { ...made, personId, path: `/v1/calendar-feeds/${token}` };
};

const viewsOf = (own: CalendarFeeds, now: Date) =>
  liveFeeds(own, now).map((feed) => ({ ...feed, personId: own.personId }));

/** Lists the caller's links or, for owners and admins, those of everybody. */
export const listFeeds = async (
  { calendarFeeds, now }: Needed,
  { limit, cursor }: z.infer<typeof listCalendarFeeds.request.query>,
  caller: Caller,
): Promise<z.infer<typeof listCalendarFeeds.response>> => {
  const { workspaceId } = caller;
  const at = now();
  if (!looksAfterAll(caller)) {
    const own = await calendarFeeds.find(caller);
    return { items: own ? viewsOf(own, at) : [], nextCursor: null };
  }
  const page = { limit, cursor, scope: { operation: listCalendarFeeds.id, workspaceId } };
  const { items, nextCursor } = await calendarFeeds.list(workspaceId, page, (own) => {
    const views = viewsOf(own, at);
    return views.length > 0 ? views : undefined;
  });
  return { items: items.flat(), nextCursor };
};

/**
 * Revokes a secret link.
 * @throws DomainError `calendar_feed_not_found`, also for a link that the caller may not revoke
 */
export const revokeFeed = async (
  { calendarFeeds, now }: Needed,
  feedId: string,
  caller: Caller,
): Promise<undefined> => {
  const holder = looksAfterAll(caller)
    ? await calendarFeeds.holderOf(caller.workspaceId, feedId)
    : await calendarFeeds.find(caller);
  const rest = holder && withoutFeed(holder, feedId, now());
  if (!rest) throw notFound('calendar feed');
  await calendarFeeds.save(rest, caller);
  return undefined;
};

/**
 * The workspace that a secret link opens.
 * @throws DomainError `calendar_feed_not_found` if the link is invalid, expired or revoked
 */
export const openedBy = async ({ calendarFeeds, now }: Needed, token: string): Promise<string> => {
  const owner = ownerOf(token);
  const own = owner && (await calendarFeeds.find(owner));
  const hash = hashOfToken(token);
  // Every hash is compared, each in constant time.
  const found = own ? liveFeeds(own, now()).filter((feed) => isSameSecret(feed.tokenHash, hash)) : [];
  if (!own || found.length === 0) throw notFound('calendar feed');
  return own.workspaceId;
};

/** Removes a person's links, or permits new ones again, as their membership changes. */
export const hearOf = async (
  { calendarFeeds }: Pick<Deps, 'calendarFeeds'>,
  owner: FeedOwner,
  change: (own: CalendarFeeds) => CalendarFeeds,
  author: Author,
): Promise<void> => {
  const own = await calendarFeeds.read(owner, author);
  const changed = change(own);
  if (changed !== own) await calendarFeeds.save(changed, author);
};
