import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayPublish } from '#functions/campaigns/budget/may-publish.ts';
import { minus, nothing, plus, reserve, roomFor, warningsBetween } from '#functions/campaigns/budget/reserve.ts';
import { type Amount, Budget } from '#functions/campaigns/domain/budget.ts';

const amount = (micros: number, posts = 1): Amount => ({ micros, posts });
const money = (maxMicros: number, warnAtPercent: number[] = []): Budget => ({
  maxMicros,
  maxPosts: null,
  warnAtPercent,
});
const posts = (maxPosts: number): Budget => ({ maxMicros: null, maxPosts, warnAtPercent: [] });

describe('a reservation', () => {
  test('succeeds up to exactly the cap and is refused one micro-dollar above it', () => {
    expect(reserve(amount(85_000, 5), money(100_000), amount(15_000))).toEqual({
      outcome: 'reserved',
      spent: amount(100_000, 6),
    });
    expect(reserve(amount(85_001, 5), money(100_000), amount(15_000))).toEqual({ outcome: 'over_cap', of: 'money' });
  });

  test('is refused above the maximum number of posts', () => {
    expect(reserve(amount(0, 2), posts(3), amount(1))).toMatchObject({ outcome: 'reserved' });
    expect(reserve(amount(0, 3), posts(3), amount(1))).toEqual({ outcome: 'over_cap', of: 'posts' });
  });

  test('counts a repeated request once, at the current cost if the post has gained a link', () => {
    const held = amount(15_000);
    expect(reserve(amount(100_000), money(100_000), held, held)).toMatchObject({ spent: amount(100_000) });
    expect(reserve(amount(100_000), money(300_000), amount(200_000), held)).toMatchObject({ spent: amount(285_000) });
    expect(reserve(amount(100_000), money(284_999), amount(200_000), held)).toMatchObject({ outcome: 'over_cap' });
  });
});

const cost = fc.record({ micros: fc.integer({ min: 0, max: 250_000 }), posts: fc.constant(1) });
const cap = fc.record({
  maxMicros: fc.option(fc.integer({ min: 0, max: 2_000_000 })),
  maxPosts: fc.option(fc.integer({ min: 0, max: 30 })),
});

const isWithin = (spent: Amount, { maxMicros, maxPosts }: Pick<Budget, 'maxMicros' | 'maxPosts'>): boolean =>
  spent.micros <= (maxMicros ?? Infinity) && spent.posts <= (maxPosts ?? Infinity);

test('reservations never exceed the caps, in any order of requests, repetitions and refunds', () => {
  const step = fc.record({ post: fc.nat(20), doing: fc.constantFrom('ask', 'ask', 'give back'), cost });
  fc.assert(
    fc.property(cap, fc.array(step, { maxLength: 200 }), (caps, steps) => {
      const held = new Map<number, Amount>();
      let spent = nothing;
      for (const { post, doing, cost: asked } of steps) {
        const before = held.get(post) ?? nothing;
        if (doing === 'give back') {
          spent = minus(spent, before);
          held.delete(post);
          continue;
        }
        const reservation = reserve(spent, caps, asked, before);
        const wanted = plus(minus(spent, before), asked);
        // Refused exactly when it would exceed the caps.
        expect(reservation.outcome === 'reserved').toBe(isWithin(wanted, caps));
        if (reservation.outcome === 'over_cap') continue;
        spent = reservation.spent;
        held.set(post, asked);
      }
      expect(isWithin(spent, caps)).toBe(true);
      expect([...held.values()].reduce(plus, nothing)).toEqual(spent);
    }),
  );
});

test('concurrent reservations that read the same counter never exceed the caps: the write is conditional', () => {
  const asked = fc.array(cost, { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(cap, asked, fc.infiniteStream(fc.nat()), (caps, costs, order) => {
      // Each computes its room before any write; the writes come in any order.
      const writes = costs.map((each) => ({ cost: each, room: roomFor(caps, each) }));
      let counter = nothing;
      while (writes.length > 0) {
        const [write] = writes.splice((order.next().value as number) % writes.length, 1);
        if (!write) break;
        const { micros, posts: most } = write.room;
        if (counter.micros <= (micros ?? Infinity) && counter.posts <= (most ?? Infinity)) {
          counter = plus(counter, write.cost);
        }
      }
      expect(isWithin(counter, caps)).toBe(true);
    }),
  );
});

describe('the decision of a budget about a post', () => {
  test('pauses the campaign at the first post that does not fit, with the reason', () => {
    expect(mayPublish(money(100_000), amount(90_000), amount(15_000))).toEqual({
      outcome: 'pause',
      of: 'money',
      code: 'campaign_budget_spent',
      reason:
        'The budget of the campaign is spent: the next post would cost more than is left. Raise the budget, then resume the campaign.',
    });
    expect(mayPublish(posts(0), nothing, amount(1))).toMatchObject({ outcome: 'pause', of: 'posts' });
  });

  test('permits and counts a post if there is no budget', () => {
    expect(mayPublish(null, amount(15_000), amount(15_000), amount(15_000))).toEqual({
      outcome: 'permitted',
      spent: amount(15_000),
      warnings: [],
    });
  });

  test('warns once at each threshold that is crossed', () => {
    const budget = money(100_000, [50, 80]);
    const lines = [0, 49_999, 50_000, 79_999, 80_000, 100_000];
    const warned = lines.map((micros, place) => warningsBetween(budget, amount(lines[place - 1] ?? 0), amount(micros)));
    expect(warned.map((each) => each.map(({ percent }) => percent))).toEqual([[], [], [50], [], [80], []]);
    expect(warningsBetween(budget, nothing, amount(90_000))).toHaveLength(2);
    expect(warningsBetween(money(0, [50]), nothing, nothing)).toEqual([]);
  });
});

describe('a budget', () => {
  test.each([
    [{}, 'maxMicros'],
    [{ maxPosts: -1 }, 'maxPosts'],
    [{ maxPosts: 10, warnAtPercent: [80, 50] }, 'warnAtPercent'],
    [{ maxPosts: 10, warnAtPercent: [50, 50] }, 'warnAtPercent'],
    [{ maxPosts: 10, warnAtPercent: [101] }, 'warnAtPercent.0'],
  ])('%j is refused at %s', (input, path) => {
    expect(Budget.safeParse(input).error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  test('warns at 50 and 80 percent by default', () => {
    expect(Budget.parse({ maxPosts: 10 })).toEqual({ maxMicros: null, maxPosts: 10, warnAtPercent: [50, 80] });
  });
});
