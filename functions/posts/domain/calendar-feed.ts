import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { CalendarFeedId, PersonId } from '#shared/ids.ts';
import { mayDo, type Role } from '#shared/permissions.ts';
import { digestOf } from '#shared/secrets.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';

/** Maximum number of links per person and workspace: one for each of their devices. */
export const maxFeeds = 5;

/** Lifetime of a link, in days; a new one can be created afterwards. */
export const feedDays = 365;

/** A secret link to a workspace's calendar. */
export const CalendarFeed = z.object({
  id: CalendarFeedId,
  /** SHA-256 (hex) of the token, which is not stored. */
  tokenHash: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
});
export type CalendarFeed = z.infer<typeof CalendarFeed>;

/**
 * The secret links of a person in a workspace, and whether they may have any: only members who may schedule posts may.
 * Both are in one item, so that no link can be created while links are being removed.
 */
export const CalendarFeeds = z.object({
  ...entityFields,
  personId: PersonId,
  /** Whether they left, or were removed, disabled or erased. */
  isOut: z.boolean(),
  /** Whether their role lets them schedule posts. */
  mayPlan: z.boolean(),
  /** Version of their membership in the latest event about `isOut` and `mayPlan`. */
  membershipVersion: z.int().min(0),
  feeds: z.array(CalendarFeed).max(maxFeeds),
});
export type CalendarFeeds = z.infer<typeof CalendarFeeds>;

/** Random bytes of a token, enough to make it unguessable. */
export const secretBytes = 32;

/** Owner of a token, by whom its link is found. */
export interface FeedOwner {
  workspaceId: string;
  personId: string;
}

/** Returns the token of a feed: workspace and person, by which its link is found, and the secret. */
export const tokenOf = ({ workspaceId, personId }: FeedOwner, secret: Buffer): string =>
  `${workspaceId}.${personId}.${secret.toString('base64url')}`;

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const token = new RegExp(`^(wsp_${ulid})\\.(usr_${ulid})\\.[A-Za-z0-9_-]{43}$`);

/** The person whom a token names; undefined when it is not a token. */
export const ownerOf = (text: string): FeedOwner | undefined => {
  const [, workspaceId, personId] = token.exec(text) ?? [];
  return workspaceId === undefined || personId === undefined ? undefined : { workspaceId, personId };
};

/** Hash that is stored in place of a token. */
export const hashOfToken = (text: string): string => digestOf(text, 'hex');

/**
 * The initial state of a person about whom no event was received: a member, whose token proves that they may schedule.
 */
export const noFeeds = ({ workspaceId, personId }: FeedOwner): New<CalendarFeeds> => ({
  workspaceId,
  personId,
  isOut: false,
  mayPlan: true,
  membershipVersion: 0,
  feeds: [],
});

/** The links that are valid at `now`. */
export const liveFeeds = ({ feeds }: Pick<CalendarFeeds, 'feeds'>, now: Date): CalendarFeed[] =>
  feeds.filter(({ expiresAt }) => expiresAt > now.toISOString());

/**
 * Adds a link, and drops expired ones.
 * @throws DomainError `standing_lost`, or `too_many_calendar_feeds` beyond the maximum per person
 */
export const withFeed = (
  own: CalendarFeeds,
  made: Pick<CalendarFeed, 'id' | 'tokenHash'>,
  now: Date,
): CalendarFeeds => {
  if (own.isOut || !own.mayPlan) {
    throw new DomainError('forbidden', 'standing_lost', 'You may no longer schedule posts in this workspace.');
  }
  const feeds = liveFeeds(own, now);
  if (feeds.length >= maxFeeds) {
    const said = `You have ${feeds.length} of ${maxFeeds} calendar feeds. Revoke one first.`;
    throw new DomainError('conflict', 'too_many_calendar_feeds', said);
  }
  const createdAt = now.toISOString();
  return { ...own, feeds: [...feeds, { ...made, createdAt, expiresAt: instantAfter(now, feedDays * dayMs) }] };
};

/** Removes a link; undefined if there is no such link. */
export const withoutFeed = (own: CalendarFeeds, feedId: string, now: Date): CalendarFeeds | undefined =>
  liveFeeds(own, now).some(({ id }) => id === feedId)
    ? { ...own, feeds: own.feeds.filter(({ id }) => id !== feedId) }
    : undefined;

/** What an event reports about a membership: that it ended, that it is valid (again), or its role. */
export interface MembershipNews {
  version: number;
  isOut?: boolean;
  role?: Role;
}

/**
 * The links after an event about the membership: none for people who may no longer schedule posts. Older events change
 * nothing.
 */
export const afterNews = (own: CalendarFeeds, { version, isOut = own.isOut, role }: MembershipNews): CalendarFeeds => {
  if (version < own.membershipVersion) return own;
  const mayPlan = role === undefined ? own.mayPlan : mayDo(role, 'posts:schedule');
  return { ...own, membershipVersion: version, isOut, mayPlan, feeds: isOut || !mayPlan ? [] : own.feeds };
};

/** Removes all links of an erased person, whatever the state of their membership. */
export const ofErased = (own: CalendarFeeds): CalendarFeeds => ({ ...own, isOut: true, feeds: [] });
