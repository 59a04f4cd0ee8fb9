import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logEvidence, type Pair, signProcess } from '#functions/campaigns/experiments/sign-process.ts';
import fixtures from './fixtures.json' with { type: 'json' };

const evidence = (wins: number, losses: number): number => Math.exp(logEvidence(wins, losses));

/** A block that the variant wins, loses or ties. */
const pair = (sign: number, place: number): Pair => ({ block: `slt_${place}`, variant: 10 + sign, control: 10 });

describe('the evidence of signs', () => {
  test.each(fixtures.evidence)('of $wins wins and $losses losses matches SciPy', (vector) => {
    expect(logEvidence(vector.wins, vector.losses)).toBeCloseTo(vector.logEvidence, 9);
  });

  test('is a martingale under fair coins: its mean over the next coin is unchanged', () => {
    for (let n = 0; n <= 60; n += 1) {
      for (let wins = 0; wins <= n; wins += 1) {
        const next = (evidence(wins + 1, n - wins) + evidence(wins, n - wins + 1)) / 2;
        expect(next / evidence(wins, n - wins)).toBeCloseTo(1, 10);
      }
    }
  });

  test('is never negative, starts at 1 and has the mean 1 over all 4,096 sequences of 12 coins', () => {
    let sum = 0;
    for (let coins = 0; coins < 4_096; coins += 1) {
      const wins = coins.toString(2).replaceAll('0', '').length;
      expect(evidence(wins, 12 - wins)).toBeGreaterThan(0);
      sum += evidence(wins, 12 - wins);
    }
    expect(evidence(0, 0)).toBeCloseTo(1, 12);
    expect(sum / 4_096).toBeCloseTo(1, 10);
  });

  test('decides at most alpha of all 16,384 sequences of 14 fair coins, checked after each coin', () => {
    const alpha = 0.05;
    let decided = 0;
    for (let coins = 0; coins < 16_384; coins += 1) {
      const pairs = Array.from({ length: 14 }, (_, place) => pair((coins >> place) & 1 ? 1 : -1, place));
      if (signProcess(pairs, alpha).favours) decided += 1;
    }
    expect(decided).toBeGreaterThan(0);
    expect(decided / 16_384).toBeLessThanOrEqual(alpha);
  });
});

describe('the sign process', () => {
  test('decides at the seventh win in a row at 5 %, and not at the sixth', () => {
    const wins = Array.from({ length: 7 }, (_, place) => pair(1, place));
    expect(signProcess(wins.slice(1), 0.05)).toMatchObject({ wins: 6, favours: null });
    expect(signProcess(wins, 0.05)).toMatchObject({ wins: 7, losses: 0, favours: 'variant' });
    // 2^7 B(7.5, 0.5) / B(0.5, 0.5) = 2^7 * 429 / 2048.
    expect(signProcess(wins, 0.05).eValue).toBeCloseTo(26.8125, 9);
  });

  test('lists ties and ignores them', () => {
    const signs = [1, 0, -1, 0, 1];
    const { wins, losses, ties, eValue } = signProcess(signs.map(pair), 0.05);
    expect({ wins, losses, ties }).toEqual({ wins: 2, losses: 1, ties: ['slt_1', 'slt_3'] });
    expect(eValue).toBe(signProcess([1, -1, 1].map(pair), 0.05).eValue);
  });

  test('stays decided, at the highest evidence that was reached', () => {
    const sequences = fc.array(fc.constantFrom(1, 1, 1, 0, -1), { maxLength: 80 });
    fc.assert(
      fc.property(sequences, fc.nat(80), (signs, length) => {
        const pairs = signs.map(pair);
        const early = signProcess(pairs.slice(0, length), 0.05);
        const late = signProcess(pairs, 0.05);
        if (early.favours) expect(late.favours).toBe(early.favours);
        expect(late.eValue).toBeGreaterThanOrEqual(early.eValue);
        expect(late.eValue >= 20).toBe(late.favours !== null);
      }),
    );
    const lateLosses = [...Array<number>(7).fill(1), ...Array<number>(40).fill(-1)].map(pair);
    expect(signProcess(lateLosses, 0.05).favours).toBe('variant');
  });

  test('is symmetric between variant and control', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 0, -1, -1), { maxLength: 60 }), (signs) => {
        const one = signProcess(signs.map(pair), 0.05);
        const other = signProcess(
          signs.map((sign, place) => pair(-sign, place)),
          0.05,
        );
        const mirrored = { variant: 'control', control: 'variant' } as const;
        expect([other.wins, other.losses]).toEqual([one.losses, one.wins]);
        expect(other.favours).toBe(one.favours && mirrored[one.favours]);
        expect(other.eValue).toBeCloseTo(one.eValue, 9);
      }),
    );
  });

  test('reports evidence too large for a number as a finite one', () => {
    const wins = Array.from({ length: 1_200 }, (_, place) => pair(1, place));
    expect(Number.isFinite(signProcess(wins, 0.05).eValue)).toBe(true);
  });
});
