import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, connect, withHealth, withProfile, type XUser } from '#functions/accounts/domain/account.ts';
import { findingOf, findingShownBy, Health } from '#functions/accounts/domain/health.ts';
import type { XFailure } from '#functions/accounts/domain/x-failure.ts';
import { firstVersion } from '#shared/entities.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { author, containing } from '../harness.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const at = (minutes: number) => new Date(noon.getTime() + minutes * 60_000);
const user: XUser = {
  id: '15',
  username: 'acme',
  name: 'Acme',
  profileImageUrl: null,
  isProtected: false,
  subscription: 'None',
  verifiedType: 'none',
  audience: null,
};
const account: Account = firstVersion(connect(newId('acc', noon), owner.workspaceId, user, noon), noon, author);
const shown = (failure: XFailure, endpoint = 'create_post', failuresInARow = 1) =>
  findingShownBy(failure, { endpoint, failuresInARow, now: noon });
const later = at(10).toISOString();

describe('the health that a failure implies', () => {
  test.each([
    [{ kind: 'suspended' }, 'suspended'],
    [{ kind: 'locked' }, 'locked'],
    [{ kind: 'unauthorized' }, 'reconnect_needed'],
    [{ kind: 'credits_spent' }, 'degraded'],
    [{ kind: 'spend_capped', resetDate: null }, 'degraded'],
    [{ kind: 'usage_capped' }, 'degraded'],
    [{ kind: 'app_not_enrolled' }, 'degraded'],
    [{ kind: 'rate_limited', resetAt: later }, 'limited'],
  ] as const)('for %j is %s, with a reason and advice', (failure, health) => {
    const found = shown(failure);
    expect(found).toMatchObject({ health, reason: containing('X'), advice: containing(' ') });
  });

  test('for a limit of posts lasts until the reset that X gave, or else for one window', () => {
    expect(shown({ kind: 'rate_limited', resetAt: later })?.until).toBe(later);
    expect(shown({ kind: 'rate_limited', resetAt: null })?.until).toBe(at(15).toISOString());
  });

  test.each(['duplicate', 'not_found'] as const)('for %s is none', (kind) => {
    expect(shown({ kind })).toBeUndefined();
  });

  test('for an unknown outcome is degraded from the third in a row on', () => {
    expect([1, 2, 3].map((failures) => shown({ kind: 'unknown_outcome' }, 'create_post', failures)?.health)).toEqual([
      undefined,
      undefined,
      'degraded',
    ]);
  });

  test('for a failed read of metrics is none, unless the failure is about the account itself', () => {
    expect(shown({ kind: 'rate_limited', resetAt: later }, 'lookup')).toBeUndefined();
    expect(shown({ kind: 'usage_capped' }, 'lookup')).toBeUndefined();
    expect(shown({ kind: 'unknown_outcome' }, 'lookup', 9)).toBeUndefined();
    expect(shown({ kind: 'rate_limited', resetAt: later }, 'timeline')).toBeUndefined();
    expect(shown({ kind: 'suspended' }, 'lookup')?.health).toBe('suspended');
  });
});

describe('the health of an account', () => {
  test('records since when it holds', () => {
    const locked = withHealth(account, findingOf('locked'), at(1));
    expect(locked).toMatchObject({ health: 'locked', healthSince: at(1).toISOString() });
    expect(withHealth(locked, findingOf('healthy'), at(2))).toMatchObject({
      health: 'healthy',
      healthReason: null,
      healthAdvice: null,
      healthSince: at(2).toISOString(),
    });
  });

  test('is not written again while nothing has changed', () => {
    expect(withHealth(account, findingOf('healthy'), at(1))).toBe(account);
    const limited = withHealth(account, findingOf('limited', { until: later }), at(1));
    expect(withHealth(limited, findingOf('limited', { until: later }), at(2))).toBe(limited);
    expect(withHealth(limited, findingOf('limited', { until: at(30).toISOString() }), at(2))).toMatchObject({
      limitedUntil: at(30).toISOString(),
      healthSince: at(1).toISOString(),
    });
  });

  test('keeps a state that a person must resolve despite passing troubles, until X returns the profile', () => {
    const grave = fc.constantFrom<Health>('suspended', 'locked', 'reconnect_needed');
    const passing = fc.constantFrom<Health>('degraded', 'limited');
    fc.assert(
      fc.property(grave, fc.array(passing), (is, troubles) => {
        const ill = withHealth(account, findingOf(is), noon);
        expect(troubles.reduce((each, trouble) => withHealth(each, findingOf(trouble), at(1)), ill)).toBe(ill);
        expect(withProfile(ill, user, at(2)).health).toBe('healthy');
      }),
    );
  });

  test('stays limited until the reset that X gave, even when X returns the profile before that', () => {
    const limited = withHealth(account, findingOf('limited', { until: later }), noon);
    expect(withProfile(limited, user, at(9))).toMatchObject({ health: 'limited', limitedUntil: later });
    expect(withProfile(limited, user, at(10))).toMatchObject({ health: 'healthy', limitedUntil: null });
  });

  test('has a reason and advice in every state but healthy', () => {
    for (const health of Health.options.filter((each) => each !== 'healthy')) {
      expect(findingOf(health)).toMatchObject({ reason: containing(' '), advice: containing(' ') });
    }
  });
});
