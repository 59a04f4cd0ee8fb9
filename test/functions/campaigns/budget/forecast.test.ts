import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastOf, paceAt } from '#functions/campaigns/budget/forecast.ts';
import { nothing, reserve } from '#functions/campaigns/budget/reserve.ts';
import { costWithoutLinks, xCostOf } from '#functions/campaigns/budget/x-cost.ts';
import { after, budget, linked, plain, slotKey } from '../launch/sample.ts';

/** Slots with these costs, an hour apart from `now` on. */
const costing = (...micros: number[]) =>
  micros.map((each, place) => ({ slotKey: slotKey(place), publishAt: after(place * 60), micros: each }));

describe('a forecast', () => {
  test('adds the cost of the remaining slots to what is spent', () => {
    expect(forecastOf(budget({ maxMicros: 300 }), { micros: 100, posts: 2 }, costing(100, 50))).toEqual({
      total: { micros: 250, posts: 4 },
      withinCap: { micros: 250, posts: 4 },
      pausesAt: null,
      postsLeftOut: 0,
      warnings: [],
    });
  });

  test('pauses at the first slot that does not fit, even if cheaper ones follow', () => {
    const forecast = forecastOf(budget({ maxMicros: 250 }), nothing, costing(100, 200, 10));
    expect(forecast).toMatchObject({ total: { micros: 310, posts: 3 }, withinCap: { micros: 100, posts: 1 } });
    expect(forecast).toMatchObject({ pausesAt: { slotKey: slotKey(1), publishAt: after(60), of: 'money' } });
    expect(forecast.postsLeftOut).toBe(2);
  });

  test('tells when each warning threshold is reached', () => {
    const { warnings } = forecastOf(
      budget({ maxMicros: 300, warnAtPercent: [50, 80] }),
      nothing,
      costing(100, 100, 100),
    );
    expect(warnings).toEqual([
      { of: 'money', percent: 50, at: after(60) },
      { of: 'money', percent: 80, at: after(120) },
    ]);
  });

  test('does not depend on slot order and equals the result of reserving one slot after the other', () => {
    const costs = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(costs, fc.integer({ min: 0, max: 4_000 }), fc.nat(40), (micros, maxMicros, maxPosts) => {
        const caps = budget({ maxMicros, maxPosts });
        const slots = costing(...micros);
        const forecast = forecastOf(caps, nothing, slots.toReversed());
        expect(forecast).toEqual(forecastOf(caps, nothing, slots));
        let [spent, out] = [nothing, 0];
        for (const slot of slots) {
          const reservation = reserve(spent, caps, { micros: slot.micros, posts: 1 });
          if (reservation.outcome === 'over_cap') break;
          [spent, out] = [reservation.spent, out + 1];
        }
        expect(forecast.withinCap).toEqual(spent);
        expect(forecast.postsLeftOut).toBe(slots.length - out);
      }),
    );
  });
});

describe('the pace', () => {
  const slots = costing(100, 100, 100, 100, 100);
  const spent = (micros: number) => ({ micros, posts: 2 });

  test('compares spending with the plan and with elapsed time', () => {
    expect(paceAt(budget({ maxMicros: 800, maxPosts: 8 }), spent(200), slots, after(90))).toEqual({
      timeShare: 0.375,
      spent: spent(200),
      planned: { micros: 200, posts: 2 },
      even: { micros: 300, posts: 3 },
      standing: 'on_plan',
    });
  });

  test.each([
    [179, 'behind'],
    [180, 'on_plan'],
    [220, 'on_plan'],
    [221, 'ahead'],
  ])('with %i of 200 spent is %s', (micros, standing) => {
    expect(paceAt(null, spent(micros), slots, after(90)).standing).toBe(standing);
  });

  test.each([
    [after(-10), 0],
    [after(0), 0],
    [after(240), 1],
    [after(1_000), 1],
  ])('at %s has a share of %d of its time elapsed', (at, timeShare) => {
    expect(paceAt(null, nothing, slots, at).timeShare).toBe(timeShare);
  });

  test('counts a slot from its instant on', () => {
    expect(paceAt(null, nothing, slots, after(60)).planned.posts).toBe(2);
  });

  test('of a plan with a single slot is complete at that slot', () => {
    expect([after(-1), after(0)].map((at) => paceAt(null, nothing, costing(100), at).timeShare)).toEqual([0, 1]);
  });
});

describe('X bills', () => {
  const at = '2026-12-01T00:00:00.000Z';
  const photo = { mediaId: 'med', status: 'ready' as const, hasAltText: true };

  test.each([
    ['a post', [plain], [], 15_000],
    ['a post with a link', [linked], [], 200_000],
    ['a thread', [plain, linked, plain], [], 230_000],
    ['alt texts', [plain], [photo, { ...photo, hasAltText: false }], 20_000],
  ])('%s', (_, parts, media, micros) => {
    expect(xCostOf({ parts, media }, at)).toBe(micros);
  });

  test('less for a post without its links', () => {
    expect(costWithoutLinks({ parts: [plain, linked], media: [photo] }, at)).toBe(35_000);
  });
});
