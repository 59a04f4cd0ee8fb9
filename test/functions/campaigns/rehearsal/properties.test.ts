import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { xCostOf } from '#functions/campaigns/budget/x-cost.ts';
import type { SlotFacts } from '#functions/campaigns/domain/publishing-facts.ts';
import { Rehearsal } from '#functions/campaigns/domain/rehearsal.ts';
import { account, accountId, budget, linked, plain } from '../launch/sample.ts';
import { at, type Changes, duePost, exact, play } from './sample.ts';

const parts = fc.array(fc.constantFrom(plain, plain, linked), { minLength: 1, maxLength: 3 });
const due = fc.record({ minutes: fc.nat(40), of: fc.integer({ min: 1, max: 3 }), parts, text: fc.nat(60) });
const share = fc.double({ min: 0, max: 0.5, noNaN: true });
const span = fc.record({ from: fc.nat(60), length: fc.integer({ min: 1, max: 60 }) });

/** Plans with posts close together, under limits, faults and budgets of all sizes. */
const world: fc.Arbitrary<Changes> = fc
  .record({
    dues: fc.array(due, { minLength: 1, maxLength: 40 }),
    seed: fc.string({ minLength: 1, maxLength: 8 }),
    shares: fc.record({ rateLimitShare: share, noAnswerShare: share, landedShare: share }),
    outages: fc.array(span, { maxLength: 2 }),
    suspension: fc.option(fc.record({ span, isForGood: fc.boolean() })),
    perWindow: fc.integer({ min: 1, max: 30 }),
    perDay: fc.option(fc.integer({ min: 5, max: 30 })),
    appPostsPerDay: fc.constantFrom(20, 10_000),
    maxMicros: fc.option(fc.integer({ min: 0, max: 3_000_000 })),
    monthly: fc.option(fc.integer({ min: 0, max: 3_000_000 })),
    withinMinutes: fc.constantFrom(1, 30, 1_440),
    jitterMs: fc.constantFrom(0, 15_000),
  })
  .map((drawn) => ({
    seed: drawn.seed,
    slots: drawn.dues.map(({ minutes, of, parts: each, text }, place) =>
      duePost(place, minutes, { account: of, parts: each, contentHash: `text ${of}/${text}` }),
    ),
    faults: {
      ...drawn.shares,
      outages: drawn.outages.map(({ from, length }) => ({ from: at(from), to: at(from + length) })),
      suspensions: drawn.suspension
        ? [
            {
              accountId: accountId(1),
              from: at(drawn.suspension.span.from),
              to: drawn.suspension.isForGood ? null : at(drawn.suspension.span.from + drawn.suspension.span.length),
            },
          ]
        : [],
    },
    limits: {
      accountPostsPerWindow: drawn.perWindow,
      accountPostsPerDay: drawn.perDay,
      appPostsPerDay: drawn.appPostsPerDay,
    },
    budget: drawn.maxMicros === null ? null : budget({ maxMicros: drawn.maxMicros }),
    workspaceBudget: drawn.monthly === null ? null : { monthlyMicros: drawn.monthly, usedMicros: {} },
    lateness: { kind: 'publish_late', withinMinutes: drawn.withinMinutes },
    pace: { ...exact, dispatchMs: [0, drawn.jitterMs], jitterMs: drawn.jitterMs },
  }));

const runs = { numRuns: 300 };
/** The same plan without threads. */
const singles = ({ slots = [] }: Changes): SlotFacts[] =>
  slots.map((slot) => ({ ...slot, post: slot.post && { ...slot.post, parts: slot.post.parts.slice(0, 1) } }));
const outOf = ({ slots }: Rehearsal): Set<string> =>
  new Set(slots.flatMap(({ slotKey, outcome }) => (outcome === 'published' ? [slotKey] : [])));

describe('a rehearsal', () => {
  test('gives each slot exactly one outcome', () => {
    fc.assert(
      fc.property(world, (changes) => {
        const { slots, outcomes } = Rehearsal.parse(play(changes));
        expect(slots.map(({ slotKey }) => slotKey).sort()).toEqual(changes.slots?.map(({ slotKey }) => slotKey).sort());
        expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(slots.length);
        for (const { outcome, publishedAt, latenessMs, code, dueAt } of slots) {
          const isOut = outcome === 'published';
          expect([publishedAt !== null, latenessMs !== null, code === null]).toEqual([isOut, isOut, isOut]);
          if (publishedAt !== null) expect(publishedAt >= dueAt).toBe(true);
        }
      }),
      runs,
    );
  });

  test('is the same for the same seed, whatever the order of the lists', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat()), (changes, ranks) => {
        const shuffled = changes.slots
          ?.map((slot) => ({ slot, rank: ranks.next().value as number }))
          .sort((one, other) => one.rank - other.rank)
          .map(({ slot }) => slot);
        const accounts = [account(3), account(1), account(2)];
        expect(play({ ...changes, accounts, slots: shuffled ?? [] })).toEqual(play(changes));
      }),
      runs,
    );
  });

  test('never exceeds the budgets, and spends exactly what published posts cost', () => {
    fc.assert(
      fc.property(world, (changes) => {
        const { spent, slots } = play(changes);
        expect(spent.micros).toBeLessThanOrEqual(changes.budget?.maxMicros ?? Infinity);
        expect(spent.micros).toBe(slots.reduce((sum, { costMicros }) => sum + costMicros, 0));
        const costs = new Map(changes.slots?.map(({ slotKey, post }) => [slotKey, post ? xCostOf(post, at(0)) : 0]));
        for (const { slotKey, outcome, costMicros } of slots) {
          if (outcome === 'published') expect(costMicros).toBe(costs.get(slotKey));
          else expect(costMicros).toBeLessThanOrEqual(costs.get(slotKey) ?? 0);
        }
        const inMonth = slots.filter(({ dueAt }) => dueAt < '2026-12-31');
        const month = inMonth.reduce((sum, { costMicros }) => sum + costMicros, 0);
        expect(month).toBeLessThanOrEqual(changes.workspaceBudget?.monthlyMicros ?? Infinity);
      }),
      runs,
    );
  });

  // A thread that has begun continues after the pause; with more budget it shares X's limits with more posts.
  test.each<[string, (changes: Changes) => Changes]>([
    ['single posts, under all limits', (changes) => ({ ...changes, slots: singles(changes) })],
    [
      'threads, while X has room',
      (changes) => ({ ...changes, limits: {}, faults: { ...changes.faults, rateLimitShare: 0 } }),
    ],
  ])('publishes at least the same slots with a larger budget: %s', (_, narrowed) => {
    fc.assert(
      fc.property(world, fc.nat(2_000_000), fc.nat(2_000_000), (changes, less, more) => {
        const withBudget = (maxMicros: number) => outOf(play({ ...narrowed(changes), budget: budget({ maxMicros }) }));
        expect(withBudget(less).isSubsetOf(withBudget(less + more))).toBe(true);
      }),
      runs,
    );
  });

  test('never sends more posts than X’s windows allow', () => {
    fc.assert(
      fc.property(world, (changes) => {
        const { slots } = play({ ...changes, slots: singles(changes) });
        const most = changes.limits?.accountPostsPerWindow ?? Infinity;
        for (const ofAccount of Map.groupBy(slots, (slot) => slot.accountId).values()) {
          const out = ofAccount
            .flatMap(({ publishedAt }) => (publishedAt === null ? [] : [Date.parse(publishedAt)]))
            .sort((a, b) => a - b);
          // Windows begin with the first post: any 15 minutes overlap at most two of them, so at most twice as many posts.
          for (const [place, first] of out.entries()) {
            expect(out.slice(place).filter((each) => each - first < 15 * 60_000).length).toBeLessThanOrEqual(2 * most);
          }
        }
      }),
      runs,
    );
  });
});
