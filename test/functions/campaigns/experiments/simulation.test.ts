import { describe, expect, test } from 'vitest';
import type { Experiment, Verdict } from '#functions/campaigns/domain/experiment.ts';
import type { ObservedBlock } from '#functions/campaigns/experiments/observed.ts';
import { assumedLogRatioSd } from '#functions/campaigns/experiments/power.ts';
import { verdictOf } from '#functions/campaigns/experiments/verdict.ts';
import { after, type Brings, experiment, normal, plan, played, randomOf, threeVariants } from './simulated.ts';

/** Student's t with two degrees of freedom: its variance is infinite. */
const heavy = (random: () => number): number => {
  const chiSquared = -2 * Math.log(1 - random());
  return normal(random) / Math.sqrt(chiSquared / 2);
};

/**
 * Metrics of a restless account, the same for every variant: the level drifts upwards, every other day is better,
 * posts are autocorrelated, and now and then one goes viral. Small accounts often tie.
 */
const restless = (random: () => number, posts: number): Brings => {
  const growth = random() * 0.05;
  const typical = 10 ** (random() * 4);
  let memory = heavy(random);
  const counts = Array.from({ length: posts }, (_, place) => {
    memory = 0.9 * memory + 0.4 * heavy(random);
    return Math.round(typical * Math.exp(Math.min(Math.max(memory + growth * place + 0.5 * (place % 2), -12), 12)));
  });
  return (place) => counts[place] ?? 0;
};

/** Metrics that vary around one level by as much as the power assumes; a variant lifts them. */
const steady = (random: () => number, lifts: Readonly<Record<string, number>>): Brings => {
  const level = 3_000 * Math.exp(normal(random));
  return (_, variant) =>
    Math.round(level * (1 + (lifts[variant] ?? 0)) * Math.exp((normal(random) * assumedLogRatioSd) / Math.SQRT2));
};

/** The first verdict other than `ongoing`, checked after each counted block. */
const firstVerdict = (of: Experiment, blocks: readonly ObservedBlock[]): Verdict['outcome'] => {
  const counted = blocks.map(({ slots }) =>
    Math.max(...slots.map(({ state }) => (state.status === 'published' ? Date.parse(state.counted?.at ?? '') : 0))),
  );
  for (const at of counted.toSorted((one, other) => one - other)) {
    const { outcome } = verdictOf(of, blocks, new Date(at));
    if (outcome !== 'ongoing') return outcome;
  }
  return 'ongoing';
};

const share = <T>(all: readonly T[], is: (each: T) => boolean): number => all.filter(is).length / all.length;
const trials = <T>(count: number, trial: (random: () => number, seed: string, account: number) => T): T[] =>
  Array.from({ length: count }, (_, number) => trial(randomOf(number + 1), `seed ${number}`, number));

describe('without a difference', () => {
  test('at most alpha of 2,000 experiments find a winner, checked after every block', () => {
    const outcomes = trials(2_000, (random, seed, account) => {
      const of = experiment({ seed });
      const slots = plan(44, { account });
      return firstVerdict(of, played(of, slots, restless(random, slots.length)));
    });
    const winners = share(outcomes, (outcome) => outcome === 'winner');
    expect(winners).toBeGreaterThan(0);
    expect(winners).toBeLessThanOrEqual(0.05);
  });

  test('at most alpha of 500 experiments with three variants find a winner', () => {
    const outcomes = trials(500, (random, seed, account) => {
      const of = experiment({ seed, variants: threeVariants });
      const slots = plan(90, { account });
      return firstVerdict(of, played(of, slots, restless(random, slots.length)));
    });
    expect(share(outcomes, (outcome) => outcome === 'winner')).toBeLessThanOrEqual(0.05);
  });

  test('more than 90 % of experiments on steady accounts conclude with no_difference, given enough blocks', () => {
    const outcomes = trials(50, (random, seed, account) => {
      const of = experiment({ seed, worthwhileLift: 0.2 });
      return verdictOf(of, played(of, plan(800, { account }), steady(random, {})), after(24 * 900)).outcome;
    });
    expect(share(outcomes, (outcome) => outcome === 'no_difference')).toBeGreaterThan(0.9);
  });
});

describe('with a planted lift', () => {
  test.each([
    [0.2, 173],
    [0.5, 34],
    [1, 12],
    [-0.5, 12],
  ])('of %d, about 80 in 100 of 400 experiments find it within %i blocks', (lift, blocks) => {
    const verdicts = trials(400, (random, seed, account) => {
      const of = experiment({ seed });
      // A week has five weekdays and two weekend days: leftover slots are cut off.
      const all = played(of, plan(2 * blocks + 4, { account }), steady(random, { b: lift }));
      return verdictOf(of, all.slice(0, blocks), after(24 * 900));
    });
    const better = lift > 0 ? 'b' : 'a';
    const found = share(verdicts, (verdict) => verdict.outcome === 'winner' && verdict.variant === better);
    // Four standard errors of 400 experiments are 8 %; whole blocks may give some more power than asked for.
    expect(found).toBeGreaterThan(0.72);
    expect(found).toBeLessThan(0.9);
    const mistaken = share(verdicts, (verdict) => verdict.outcome === 'winner' && verdict.variant !== better);
    expect(mistaken).toBeLessThan(0.01);
  });

  test('of 50 %, the sequence covers the true lift at all of 18 looks in at least 95 % of 200 experiments', () => {
    const held = trials(200, (random, seed, account) => {
      const of = experiment({ seed });
      const blocks = played(of, plan(200, { account }), steady(random, { b: 0.5 }));
      return Array.from({ length: 18 }, (_, look) => {
        const verdict = verdictOf(of, blocks.slice(0, 10 + 5 * look), after(24 * 900));
        const effect = 'comparisons' in verdict ? verdict.comparisons[0]?.effect : undefined;
        return effect ? effect.low <= 0.5 && effect.high >= 0.5 : false;
      }).every(Boolean);
    });
    expect(share(held, Boolean)).toBeGreaterThanOrEqual(0.95);
  });
});
