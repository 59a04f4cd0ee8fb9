import { AccountHealth, type DisconnectReason, type Unhealthy } from '#events/accounts.ts';
import { instantAfter } from '#shared/time.ts';
import type { XFailure } from './x-failure.ts';

export const Health = AccountHealth;
export type Health = AccountHealth;
export type { Unhealthy };

/** What X showed of an account's health, in words for marketers. */
export interface Finding {
  health: Health;
  /** Null while healthy. */
  reason: string | null;
  /** What to do about it; null while healthy. */
  advice: string | null;
  /** When it ends without action (UTC), if X stated it. */
  until: string | null;
}

const byItself = 'No action is needed; this resolves automatically.';

const words: Record<Health, Pick<Finding, 'reason' | 'advice'>> = {
  healthy: { reason: null, advice: null },
  degraded: {
    reason: 'X has failed to answer several times in a row.',
    advice: 'Posts are retried automatically. Once X answers again, check posts that are on hold.',
  },
  limited: { reason: 'X does not accept more posts from the account for now.', advice: byItself },
  reconnect_needed: {
    reason: 'X no longer accepts the connection.',
    advice: 'Reconnect the account.',
  },
  suspended: { reason: 'X has suspended the account.', advice: 'Sign in on x.com to see why and to appeal.' },
  locked: {
    reason: 'X has locked the account temporarily.',
    advice: 'Sign in on x.com to unlock it, then check the account again.',
  },
  disconnected: {
    reason: 'A member of the workspace disconnected the account.',
    advice: 'Reconnect it to publish on it.',
  },
};

export const findingOf = (health: Health, change: Partial<Finding> = {}): Finding => ({
  health,
  ...words[health],
  until: null,
  ...change,
});

/** Returns why an account is disconnected, and what to do about it. */
export const disconnectedFor = (reason: DisconnectReason): Finding =>
  reason === 'requested'
    ? findingOf('disconnected')
    : findingOf('disconnected', {
        reason: 'X ended the connection, and the account was then connected to another workspace.',
        advice: 'Ask the people who manage the account on X. It can be connected here once it is disconnected there.',
      });

/** Message for any use of an account that is not connected. */
export const notConnected = 'The account is not connected. Reconnect it, or choose another one.';

/** Returns reason and advice as the text of a held post or an event. */
export const inWords = (health: Unhealthy): string => {
  const { reason, advice } = words[health];
  return `${reason ?? ''} ${advice ?? ''}`;
};

/** Failures that affect the entire app at X: code, reason, and who can fix it. */
export const appWide = {
  usage_capped: ['x_usage_capped', 'The app has used up its read quota at X for this billing cycle.', byItself],
  credits_spent: [
    'x_credits_spent',
    'The app has no credits left at X.',
    'Ask the operator of the platform to buy credits.',
  ],
  spend_capped: [
    'x_spend_capped',
    'The app has reached its spending limit at X for this billing cycle.',
    'Ask the operator of the platform to raise the limit.',
  ],
  app_not_enrolled: [
    'x_app_not_enrolled',
    'X does not accept the app.',
    'Ask the operator of the platform to fix this.',
  ],
} as const;

/** X's rate limit windows are 15 minutes (X API: rate limits); the wait when X gives no reset time. */
export const windowMs = 15 * 60_000;

/** Consecutive failures of X after which an account counts as degraded. */
const troubledAfter = 3;

/** Circumstances of a failure that matter for the account's health. */
export interface Circumstances {
  /** Such as `create_post` for publishing, `lookup` for reading metrics. */
  endpoint: string;
  /** Consecutive calls for the account without an answer from X, including this one. */
  failuresInARow: number;
  now: Date;
}

/** Returns the state that the failure by itself shows and a person has to fix; undefined for other failures. */
export const ailmentOf = ({ kind }: XFailure): 'suspended' | 'locked' | 'reconnect_needed' | undefined => {
  if (kind === 'suspended' || kind === 'locked') return kind;
  return kind === 'unauthorized' ? 'reconnect_needed' : undefined;
};

/** Whether a call's limits and failures leave publishing unaffected: reading metrics, subscribing to activity. */
export const sparesHealth = (endpoint: string): boolean => endpoint === 'lookup' || endpoint === 'subscribe';

/**
 * Returns what a failure shows of the account's health; undefined for nothing. Limits and failures of calls that do not
 * affect publishing do not count.
 */
export const findingShownBy = (
  failure: XFailure,
  { endpoint, failuresInARow, now }: Circumstances,
): Finding | undefined => {
  const ailment = ailmentOf(failure);
  if (ailment) return findingOf(ailment);
  if (sparesHealth(endpoint)) return undefined;
  switch (failure.kind) {
    case 'rate_limited':
      if (endpoint !== 'create_post') return undefined;
      return findingOf('limited', { until: failure.resetAt ?? instantAfter(now, windowMs) });
    case 'usage_capped':
    case 'credits_spent':
    case 'spend_capped':
    case 'app_not_enrolled': {
      const [, reason, advice] = appWide[failure.kind];
      return findingOf('degraded', { reason, advice });
    }
    case 'unknown_outcome':
      return failuresInARow >= troubledAfter ? findingOf('degraded') : undefined;
    default:
      return undefined;
  }
};

/**
 * Whether a finding replaces the known health. A passing trouble does not replace one that a person has to fix, and
 * only X's acceptance makes an account healthy again.
 */
export const outweighs = (found: Health, known: Health): boolean =>
  isPassing(found) ? known === 'healthy' || isPassing(known) : true;

const isPassing = (health: Health): boolean => health === 'degraded' || health === 'limited';
