import { accountCodeOf } from '#events/accounts.ts';
import type { PartOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import { ailmentOf, appWide, inWords, notConnected, type Unhealthy, windowMs } from './health.ts';
import type { Pace } from './pace.ts';
import type { XFailure } from './x-failure.ts';

/** Why a task cannot succeed now, as an outcome of `publish-post`. */
export type Blocker = Extract<PartOutcome, { outcome: 'rate_limited' | 'refused' | 'account_unwell' }>;

/** Returns the blocker of an account that can do nothing until a person acts. */
export const accountUnavailable = (health: Unhealthy): Blocker => ({
  outcome: 'account_unwell',
  code: accountCodeOf(health),
  reason: health === 'disconnected' ? notConnected : inWords(health),
});

/**
 * Maps a failure to what it means for its task. @param random from 0 to 1, spreads retries that wait for the same reset
 */
export const blockerOf = (
  failure: XFailure,
  now: Date,
  random: number,
  { pauseMs, jitterMs, appPauseMs }: Pick<Pace, 'pauseMs' | 'jitterMs' | 'appPauseMs'>,
): Blocker => {
  const later = (milliseconds: number, code: string, reason: string): Blocker => ({
    outcome: 'rate_limited',
    retryAt: instantAfter(now, milliseconds + Math.round(random * jitterMs)),
    code,
    reason,
  });
  const health = ailmentOf(failure);
  if (health) return accountUnavailable(health);
  switch (failure.kind) {
    case 'rate_limited': {
      const wait = failure.resetAt === null ? windowMs : Math.max(0, Date.parse(failure.resetAt) - now.getTime());
      return later(
        wait,
        'x_rate_limited',
        'The account has reached a rate limit of X. The platform retries when the limit resets.',
      );
    }
    case 'usage_capped':
    case 'credits_spent':
    case 'spend_capped':
    case 'app_not_enrolled': {
      const [code, reason, advice] = appWide[failure.kind];
      return later(appPauseMs, code, `${reason} ${advice}`);
    }
    case 'circuit_open': {
      const [code, reason, advice] = appWide[failure.cause];
      return later(Math.max(0, Date.parse(failure.until) - now.getTime()), code, `${reason} ${advice}`);
    }
    case 'yielded': {
      const wait = Math.max(0, Date.parse(failure.resetAt) - now.getTime());
      return later(wait, 'x_rate_limited', 'A rate limit of X is nearly used up; the rest is reserved for publishing.');
    }
    case 'unknown_outcome':
      return later(pauseMs, 'x_unreachable', 'X did not answer. The platform will retry.');
    case 'duplicate':
      return refused(
        'x_duplicate',
        'X rejects duplicates: the account posted the same text recently. Change the text.',
      );
    case 'not_found':
      return refused(
        'x_not_found',
        'X cannot find a post or file that is needed for this; it may have been deleted on X.',
      );
    default:
      return refused(`x_${failure.kind}`, 'reason' in failure ? failure.reason : 'X refused it.');
  }
};

const refused = (code: string, reason: string): Blocker => ({ outcome: 'refused', code, reason });
