import type { Coverage } from './activity.ts';

/** X's kinds of events that are subscribed for each account, the most needed first. */
export const kindsByNeed = [
  'post.delete',
  'post.mention.create',
  'post.reply.create',
  'post.quote.create',
  'post.repost.create',
] as const;

export const revocations = 'oauth.revoke';

/** Subscriptions that X allows a self-serve app in all (X API: Activity API). */
export const maxSubscriptions = 1_500;

/** A subscription as it is wanted. `userId` is null for what concerns the whole app. */
export interface Wanted {
  eventType: string;
  userId: string | null;
}

/** A subscription as it stands at X. */
export interface Standing extends Wanted {
  id: string;
  webhookId: string | null;
}

/** An account as far as its subscriptions go. */
export interface Subscriber {
  xUserId: string;
  connectedAt: string;
  /** X tells nothing of protected accounts. */
  isProtected: boolean;
}

/** Whether the account's own consent is needed, or the app may subscribe by itself. */
export const needsConsent = ({ eventType }: Wanted): boolean =>
  eventType !== revocations && eventType !== 'post.delete';

const keyOf = ({ eventType, userId }: Wanted): string => JSON.stringify([eventType, userId]);

/**
 * What is wanted of X, within `room`: revocations, which one subscription covers for all; then one kind after the other for
 * all accounts, those that were connected first before the others.
 */
export const wantedFor = (subscribers: readonly Subscriber[], room: number): Wanted[] => {
  const inOrder = subscribers
    .filter(({ isProtected }) => !isProtected)
    .sort(
      (one, other) =>
        Date.parse(one.connectedAt) - Date.parse(other.connectedAt) || (one.xUserId < other.xUserId ? -1 : 1),
    );
  const ofAccounts = kindsByNeed.flatMap((eventType) => inOrder.map(({ xUserId }) => ({ eventType, userId: xUserId })));
  return [{ eventType: revocations, userId: null }, ...ofAccounts].slice(0, Math.max(0, room));
};

/** What to change at X, in this order: what is removed makes room for what is added. */
export interface SubscriptionPlan {
  remove: Standing[];
  add: Wanted[];
}

/**
 * How the subscriptions of a webhook become those that are wanted. Those of other webhooks are left alone, and take from
 * the room; one that stands twice is removed once.
 */
export const planFor = (
  subscribers: readonly Subscriber[],
  standing: readonly Standing[],
  webhookId: string,
): SubscriptionPlan => {
  const own = standing.filter((each) => each.webhookId === webhookId);
  const wanted = wantedFor(subscribers, maxSubscriptions - (standing.length - own.length));
  const missing = new Map(wanted.map((each) => [keyOf(each), each]));
  // What is found is no longer missing, so that a second one like it is too many.
  const remove = own.filter((each) => !missing.delete(keyOf(each)));
  return { remove, add: [...missing.values()] };
};

/** How much of what happens to a user the standing subscriptions cover. */
export const coverageOf = (xUserId: string, standing: readonly Wanted[]): Coverage => {
  const kinds = new Set(standing.filter(({ userId }) => userId === xUserId).map(({ eventType }) => eventType));
  if (kindsByNeed.every((kind) => kinds.has(kind))) return 'covered';
  return kinds.size > 0 ? 'partly' : 'not_covered';
};
