import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coverageOf,
  maxSubscriptions,
  planFor,
  type Standing,
  wantedFor,
} from '#functions/accounts/domain/activity-plan.ts';

const subscriber = (n: number, isProtected = false) => ({
  xUserId: String(1_000 + n),
  connectedAt: new Date(1_790_000_000_000 + n * 1000).toISOString(),
  isProtected,
});
const many = (count: number) => Array.from({ length: count }, (_, n) => subscriber(n));

describe('the subscriptions wanted from X', () => {
  test('are revocations, then one event type after another, oldest account first', () => {
    const wanted = wantedFor([subscriber(1), subscriber(0)], 5);
    expect(wanted.map(({ eventType, userId }) => [eventType, userId])).toEqual([
      ['oauth.revoke', null],
      ['post.delete', '1000'],
      ['post.delete', '1001'],
      ['post.mention.create', '1000'],
      ['post.mention.create', '1001'],
    ]);
  });

  test('fill the limit of the app with deletions first; the oldest account is partly covered, the newest not', () => {
    const wanted = wantedFor(many(2_000), maxSubscriptions);
    expect(wanted).toHaveLength(1_500);
    expect(wanted.filter(({ eventType }) => eventType === 'post.delete')).toHaveLength(1_499);
    expect(coverageOf('1000', wanted)).toBe('partly');
    expect(coverageOf('2999', wanted)).toBe('not_covered');
  });

  test('are none for a protected account, about which X reports nothing', () => {
    expect(wantedFor([subscriber(0, true)], 10)).toHaveLength(1);
  });
});

const anyStanding = fc
  .array(
    fc.record({
      user: fc.integer({ min: 0, max: 6 }),
      eventType: fc.constantFrom('post.delete', 'post.mention.create', 'oauth.revoke', 'post.create'),
      webhookId: fc.constantFrom('hook', 'other', null),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(({ user, ...each }, n): Standing => ({ ...each, userId: String(1_000 + user), id: String(n) })),
  );

test('carrying out a plan leaves nothing to do, stays within the limit and touches no other webhook', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 400 }), anyStanding, (count, standing) => {
      const accounts = many(count);
      const { remove, add } = planFor(accounts, standing, 'hook');
      expect(remove.every(({ webhookId }) => webhookId === 'hook')).toBe(true);
      const after = [
        ...standing.filter((each) => !remove.includes(each)),
        ...add.map((each, n) => ({ ...each, id: `new-${n}`, webhookId: 'hook' })),
      ];
      expect(after.length).toBeLessThanOrEqual(maxSubscriptions);
      expect(planFor(accounts, after, 'hook')).toEqual({ remove: [], add: [] });
    }),
    { numRuns: 100 },
  );
});
