import { accountCodeOf } from '#events/accounts.ts';
import type { PartOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import { ailmentOf, appWide, inWords, notConnected, type Unhealthy, windowMs } from './health.ts';
import type { Pace } from './pace.ts';
import type { XFailure } from './x-failure.ts';

/** What stands between a task and its end, in the words of `publish-post`. */
export type Blocker = Extract<PartOutcome, { outcome: 'rate_limited' | 'refused' | 'account_unwell' }>;

/** An account that cannot act until a person does something. */
export const accountUnavailable = (health: Unhealthy): Blocker => ({
  outcome: 'account_unwell',
  code: accountCodeOf(health),
  reason: health === 'disconnected' ? notConnected : inWords(health),
});

/** What a failure means for the task that met it. @param random from 0 to 1, spreads those who wait for the same reset */
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
        'X lets the account do this only so often. It goes on when X allows it again.',
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
      return later(wait, 'x_rate_limited', 'What X allows is nearly used up, and is kept for posts.');
    }
    case 'unknown_outcome':
      return later(pauseMs, 'x_unreachable', 'X did not answer. It is tried again.');
    case 'duplicate':
      return refused(
        'x_duplicate',
        'X refuses it because the account has posted the same text lately. Change the text.',
      );
    case 'not_found':
      return refused('x_not_found', 'X does not find what it refers to; it may have been deleted there.');
    default:
      return refused(`x_${failure.kind}`, 'reason' in failure ? failure.reason : 'X refused it.');
  }
};

const refused = (code: string, reason: string): Blocker => ({ outcome: 'refused', code, reason });
