import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Verdict } from '#functions/campaigns/domain/experiment.ts';
import type { ObservedBlock, SlotState } from '#functions/campaigns/experiments/observed.ts';
import { verdictOf } from '#functions/campaigns/experiments/verdict.ts';
import {
  after,
  type Brings,
  experiment,
  plan,
  played,
  published,
  randomOf,
  start,
  threeVariants,
} from './simulated.ts';

const end = after(24 * 900);
/** The verdict, which must conform to its schema. */
const judge: typeof verdictOf = (...given) => {
  const verdict = verdictOf(...given);
  expect(Verdict.parse(verdict)).toEqual(verdict);
  return verdict;
};
const around = (levels: Readonly<Record<string, number>>): Brings => {
  return (place, variant) => (levels[variant] ?? 0) + (place % 7);
};
/** The blocks with other states for some slots. */
const withStates = (
  blocks: readonly ObservedBlock[],
  stateOf: (variant: string, block: number, state: SlotState) => SlotState,
): ObservedBlock[] =>
  blocks.map((block, number) => ({
    ...block,
    slots: block.slots.map((slot) => ({ ...slot, state: stateOf(slot.variant, number, slot.state) })),
  }));

describe('the verdict', () => {
  test('is a winner with the size of its effect if a variant performs better', () => {
    const of = experiment();
    const verdict = judge(of, played(of, plan(44), around({ a: 1_000, b: 1_500 })), end);
    expect(verdict).toMatchObject({ outcome: 'winner', variant: 'b', alsoBeatControl: [] });
    const [comparison] = verdict.outcome === 'winner' ? verdict.comparisons : [];
    expect(comparison).toMatchObject({ variant: 'b', losses: 0, ties: [], favours: 'variant', threshold: 20 });
    expect(comparison?.effect?.lift).toBeCloseTo(0.5, 1);
  });

  test('is the control as winner if it performs better', () => {
    const of = experiment();
    expect(judge(of, played(of, plan(44), around({ a: 1_500, b: 1_000 })), end)).toMatchObject({
      outcome: 'winner',
      variant: 'a',
    });
  });

  test('is no_difference if the effect is certainly below the worthwhile lift', () => {
    const of = experiment();
    const random = randomOf(3);
    const blocks = played(of, plan(200), () => 1_000 + Math.floor(random() * 100));
    expect(judge(of, blocks, end).outcome).toBe('no_difference');
    const picky = { ...of, worthwhileLift: 0.01 };
    expect(judge(picky, blocks, end).outcome).toBe('not_enough_data');
    expect(judge(of, blocks.slice(0, 9), end).outcome).toBe('not_enough_data');
  });

  test('is not_enough_data if all is counted and nothing is decided, also with empty posts or no blocks', () => {
    const of = experiment();
    expect(judge(of, played(of, plan(12), around({ a: 1_000, b: 1_500 })), end).outcome).toBe('not_enough_data');
    expect(
      judge(
        of,
        played(of, plan(400), () => 0),
        end,
      ),
    ).toMatchObject({
      outcome: 'not_enough_data',
      comparisons: [{ wins: 0, losses: 0, eValue: 1, effect: null, favours: null }],
    });
    expect(judge(of, [], end)).toMatchObject({ outcome: 'not_enough_data' });
  });

  test('names the blocks that tie', () => {
    const of = experiment();
    const blocks = played(of, plan(14), () => 7);
    const verdict = judge(of, blocks, end);
    const [comparison] = verdict.outcome === 'not_enough_data' ? verdict.comparisons : [];
    expect(comparison?.ties.toSorted()).toEqual(blocks.map(({ id }) => id).sort());
  });

  test('is ongoing while slots are waiting, and ignores counts before maturity', () => {
    const of = experiment();
    const blocks = played(of, plan(44), around({ a: 1_000, b: 1_500 }));
    expect(judge(of, blocks, after(71))).toMatchObject({
      outcome: 'ongoing',
      waitingFor: 2 * blocks.length,
      comparisons: [{ wins: 0, eValue: 1 }],
    });
    const early = withStates(blocks, (_, __, state) =>
      state.status === 'published' ? published(state.publishedAt, 71, { impressions: 9_999 }) : state,
    );
    expect(judge(of, early, after(24 * 22))).toMatchObject({ outcome: 'ongoing', waitingFor: 2 * blocks.length });
  });

  test('counts a block only if both of its slots are counted', () => {
    const of = experiment();
    const blocks = played(of, plan(44), around({ a: 1_000, b: 1_500 }));
    const halves = withStates(blocks, (variant, block, state) =>
      variant === 'b' && block % 2 === 0 ? { status: 'waiting' } : state,
    );
    expect(judge(of, halves.slice(0, 12), end)).toMatchObject({
      outcome: 'ongoing',
      waitingFor: 6,
      comparisons: [{ wins: 6, losses: 0 }],
    });
  });

  test('does not depend on the order of the blocks, and a winner stays the winner at every later look', () => {
    const runs = fc.record({
      seed: fc.nat(),
      lift: fc.constantFrom(0, 0.5, 1),
      hours: fc.integer({ min: 72, max: 24 * 50 }),
      more: fc.integer({ min: 0, max: 24 * 20 }),
    });
    const of = experiment();
    fc.assert(
      fc.property(runs, ({ seed, lift, hours, more }) => {
        const random = randomOf(seed);
        const blocks = played(of, plan(80), (_, variant) =>
          Math.round(100 * (1 + random()) * (variant === 'b' ? 1 + lift : 1)),
        );
        const verdict = judge(of, blocks, after(hours));
        expect(verdictOf(of, blocks.toReversed(), after(hours))).toEqual(verdict);
        if (verdict.outcome !== 'winner') return;
        expect(verdictOf(of, blocks, after(hours + more))).toMatchObject({
          outcome: 'winner',
          variant: verdict.variant,
        });
      }),
    );
  });
});

describe('with more than two variants', () => {
  const of = experiment({ variants: threeVariants });

  test('the one with the highest lift wins among those that beat the control, and the others are named', () => {
    expect(judge(of, played(of, plan(66), around({ a: 1_000, b: 1_500, c: 2_000 })), end)).toMatchObject({
      outcome: 'winner',
      variant: 'c',
      alsoBeatControl: ['b'],
    });
  });

  test('the control wins only if it beats all of them', () => {
    expect(judge(of, played(of, plan(66), around({ a: 2_000, b: 1_500, c: 1_000 })), end)).toMatchObject({
      outcome: 'winner',
      variant: 'a',
    });
    const random = randomOf(5);
    const noisy: Brings = (_, variant) => Math.round((variant === 'b' ? 10 : 1_000) * (1 + random() * 9));
    expect(judge(of, played(of, plan(66), noisy), end).outcome).toBe('not_enough_data');
  });

  test('each comparison has its share of alpha: eight wins in a row decide, seven do not', () => {
    const verdictAfter = (count: number) =>
      judge(of, played(of, plan(66), around({ a: 1_000, b: 1_500, c: 1_003 })).slice(0, count), end);
    expect(verdictAfter(7)).toMatchObject({ comparisons: [{ wins: 7, threshold: 40, favours: null }, {}] });
    expect(verdictAfter(8)).toMatchObject({ outcome: 'winner', variant: 'b' });
  });
});

describe('the sample ratio', () => {
  const of = experiment();
  const blocks = played(of, plan(200), around({ a: 1_000, b: 1_500 }));
  const failing = (count: number, ...variants: string[]) =>
    withStates(blocks, (variant, block, state) =>
      block < count && variants[block % variants.length] === variant ? { status: 'lost' } : state,
    );

  test('is a mismatch, which prevents a verdict, if posts of one variant fail beyond chance', () => {
    const verdict = judge(of, failing(11, 'b'), end);
    expect(verdict).toMatchObject({
      outcome: 'sample_ratio_mismatch',
      variant: 'b',
      publishedAlone: { variant: 0, control: 11 },
    });
    expect(judge(of, failing(11, 'a'), end)).toMatchObject({ publishedAlone: { variant: 11, control: 0 } });
  });

  test('allows failures that chance explains', () => {
    expect(judge(of, failing(10, 'b'), end).outcome).toBe('winner');
    expect(judge(of, failing(60, 'a', 'b'), end).outcome).toBe('winner');
  });

  test('does not count unpublished slots as lost', () => {
    const half = withStates(blocks, (variant, block, state) =>
      block < 40 && variant === 'b' ? { status: 'waiting' } : state,
    );
    expect(judge(of, half, end).outcome).toBe('winner');
  });

  test('is tested for each variant against the control, at a shared significance level', () => {
    const ofThree = experiment({ variants: threeVariants });
    const all = played(ofThree, plan(300), around({ a: 1_000, b: 1_500, c: 1_000 }));
    const failingC = (count: number) =>
      withStates(all, (variant, block, state) => (block < count && variant === 'c' ? { status: 'lost' } : state));
    expect(judge(ofThree, failingC(11), end).outcome).toBe('winner');
    expect(judge(ofThree, failingC(12), end)).toMatchObject({ outcome: 'sample_ratio_mismatch', variant: 'c' });
  });
});

describe('guard metrics', () => {
  const of = experiment({ guardMetrics: ['replies'] });
  const guarded = (replies: Readonly<Record<string, number>>) =>
    withStates(played(of, plan(44), around({ a: 1_000, b: 1_500 })), (variant, _, state) =>
      state.status === 'published'
        ? published(state.publishedAt, 72, { ...state.counted?.counts, replies: replies[variant] ?? null })
        : state,
    );

  test('keep a variant from winning if it makes one of them worse', () => {
    expect(judge(of, guarded({ a: 20, b: 10 }), end)).toMatchObject({
      outcome: 'guard_breached',
      variant: 'b',
      guards: ['replies'],
    });
  });

  test('let a variant win that makes none of them worse, or if X does not provide them', () => {
    expect(judge(of, guarded({ a: 10, b: 10 }), end)).toMatchObject({ outcome: 'winner', variant: 'b' });
    expect(judge(of, guarded({ a: 10, b: 20 }), end)).toMatchObject({ outcome: 'winner', variant: 'b' });
    expect(judge(of, guarded({}), end)).toMatchObject({ outcome: 'winner', variant: 'b' });
  });

  test('are listed as breached while the metric itself is undecided', () => {
    const ongoing = guarded({ a: 20, b: 10 }).map((block) => ({
      ...block,
      slots: block.slots.map((slot) => ({
        ...slot,
        state:
          slot.state.status === 'published'
            ? published(slot.state.publishedAt, 72, { ...slot.state.counted?.counts, impressions: 1_000 })
            : slot.state,
      })),
    }));
    expect(judge(of, ongoing, end)).toMatchObject({
      outcome: 'not_enough_data',
      comparisons: [{ breachedGuards: ['replies'] }],
    });
  });
});

test('a slot that was published at the start is counted once it is mature', () => {
  const of = experiment();
  const blocks = played(of, plan(2), around({ a: 10, b: 20 }));
  expect(judge(of, blocks, start)).toMatchObject({ outcome: 'ongoing', waitingFor: 2 });
  expect(judge(of, blocks, after(72 + 24))).toMatchObject({ outcome: 'not_enough_data', comparisons: [{ wins: 1 }] });
});
