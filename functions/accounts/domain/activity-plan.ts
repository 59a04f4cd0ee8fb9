import type { Coverage } from './activity.ts';

/** X's event types to subscribe to for each account, most important first. */
export const kindsByNeed = [
  'post.delete',
  'post.mention.create',
  'post.reply.create',
  'post.quote.create',
  'post.repost.create',
] as const;

export const revocations = 'oauth.revoke';

/** Maximum number of subscriptions of a self-serve app (X API: Activity API). */
export const maxSubscriptions = 1_500;

/** A wanted subscription. `userId` is null for one that covers the entire app. */
export interface Wanted {
  eventType: string;
  userId: string | null;
}

/** An existing subscription at X. */
export interface Standing extends Wanted {
  id: string;
  webhookId: string | null;
}

/** The fields of an account that its subscriptions depend on. */
export interface Subscriber {
  xUserId: string;
  connectedAt: string;
  /** X reports nothing about protected accounts. */
  isProtected: boolean;
}

/** Whether a subscription needs the account's own consent, rather than only the app. */
export const needsConsent = ({ eventType }: Wanted): boolean =>
  eventType !== revocations && eventType !== 'post.delete';

const keyOf = ({ eventType, userId }: Wanted): string => JSON.stringify([eventType, userId]);

/**
 * Returns the wanted subscriptions, at most `room`: one for all revocations, then one event type after another for all
 * accounts, in the order they were connected.
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

/** Changes to make at X, removals first to make room. */
export interface SubscriptionPlan {
  remove: Standing[];
  add: Wanted[];
}

/**
 * Plans how to get from a webhook's subscriptions to the wanted ones. Those of other webhooks are left alone but count
 * towards the maximum; a duplicate is removed.
 */
export const planFor = (
  subscribers: readonly Subscriber[],
  standing: readonly Standing[],
  webhookId: string,
): SubscriptionPlan => {
  const own = standing.filter((each) => each.webhookId === webhookId);
  const wanted = wantedFor(subscribers, maxSubscriptions - (standing.length - own.length));
  const missing = new Map(wanted.map((each) => [keyOf(each), each]));
  // A match is deleted from `missing`, so a second one like it is removed as a duplicate.
  const remove = own.filter((each) => !missing.delete(keyOf(each)));
  return { remove, add: [...missing.values()] };
};

/** Returns how much of a user's activity the existing subscriptions cover. */
export const coverageOf = (xUserId: string, standing: readonly Wanted[]): Coverage => {
  const kinds = new Set(standing.filter(({ userId }) => userId === xUserId).map(({ eventType }) => eventType));
  if (kindsByNeed.every((kind) => kinds.has(kind))) return 'covered';
  return kinds.size > 0 ? 'partly' : 'not_covered';
};
