import * as z from 'zod';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { CalendarFeedId, PersonId } from '#shared/ids.ts';
import { mayDo, type Role } from '#shared/permissions.ts';
import { digestOf } from '#shared/secrets.ts';
import { dayMs, Instant, instantAfter } from '#shared/time.ts';

/** Links that a person may have at once in a workspace: one for each of their devices. */
export const maxFeeds = 5;

/** Lifetime of a link; a new one can be created afterwards. */
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
 * The secret links of a person in a workspace, and whether they may have any: as long as they are a member who may
 * schedule posts. Both are in one item, so that no link can be created while they are being removed.
 */
export const CalendarFeeds = z.object({
  ...entityFields,
  personId: PersonId,
  /** They left, were removed, or are shut out. */
  isOut: z.boolean(),
  /** Their role lets them schedule posts. */
  mayPlan: z.boolean(),
  /** Version of their membership in the latest event about both. */
  membershipVersion: z.int().min(0),
  feeds: z.array(CalendarFeed).max(maxFeeds),
});
export type CalendarFeeds = z.infer<typeof CalendarFeeds>;

/** Random bytes of a token, enough to make it unguessable. */
export const secretBytes = 32;

/** Of whom a token is: by that its link is found. */
export interface FeedOwner {
  workspaceId: string;
  personId: string;
}

/** A feed's token: the workspace and the person, by whom it is found, and the secret. */
export const tokenOf = ({ workspaceId, personId }: FeedOwner, secret: Buffer): string =>
  `${workspaceId}.${personId}.${secret.toString('base64url')}`;

const ulid = '[0-9A-HJKMNP-TV-Z]{26}';
const token = new RegExp(`^(wsp_${ulid})\\.(usr_${ulid})\\.[A-Za-z0-9_-]{43}$`);

/** The person whom a token names; undefined when it is not a token. */
export const ownerOf = (text: string): FeedOwner | undefined => {
  const [, workspaceId, personId] = token.exec(text) ?? [];
  return workspaceId === undefined || personId === undefined ? undefined : { workspaceId, personId };
};

/** What is kept of a token. */
export const hashOfToken = (text: string): string => digestOf(text, 'hex');

/** Somebody of whom nothing was heard yet: a member, and their token says in which role. */
export const noFeeds = ({ workspaceId, personId }: FeedOwner): New<CalendarFeeds> => ({
  workspaceId,
  personId,
  isOut: false,
  mayPlan: true,
  membershipVersion: 0,
  feeds: [],
});

/** The links that hold at an instant. */
export const liveFeeds = ({ feeds }: Pick<CalendarFeeds, 'feeds'>, now: Date): CalendarFeed[] =>
  feeds.filter(({ expiresAt }) => expiresAt > now.toISOString());

/**
 * The links with another one; those that have expired are dropped.
 * @throws DomainError `standing_lost`, or `too_many_calendar_feeds` beyond what a person may have
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

/** The links without that one; undefined when it is not among them. */
export const withoutFeed = (own: CalendarFeeds, feedId: string, now: Date): CalendarFeeds | undefined =>
  liveFeeds(own, now).some(({ id }) => id === feedId)
    ? { ...own, feeds: own.feeds.filter(({ id }) => id !== feedId) }
    : undefined;

/** What an event reports of a membership: it ended, it holds (again), or it has a role. */
export interface MembershipNews {
  version: number;
  isOut?: boolean;
  role?: Role;
}

/** The links after news of the membership: none for who may not schedule posts here any more. Old news change nothing. */
export const afterNews = (own: CalendarFeeds, { version, isOut = own.isOut, role }: MembershipNews): CalendarFeeds => {
  if (version < own.membershipVersion) return own;
  const mayPlan = role === undefined ? own.mayPlan : mayDo(role, 'posts:schedule');
  return { ...own, membershipVersion: version, isOut, mayPlan, feeds: isOut || !mayPlan ? [] : own.feeds };
};

/** The links of an erased person, whatever is known of their membership. */
export const ofErased = (own: CalendarFeeds): CalendarFeeds => ({ ...own, isOut: true, feeds: [] });
