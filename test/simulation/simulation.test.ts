import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Plant } from './platform.ts';
import { type Outcome, play } from './run.ts';

/** `SIMULATION_SEEDS=10000` plays that many seeds; `SIMULATION_SEED=42` replays one and prints its trace. */
const { SIMULATION_SEEDS: seeds, SIMULATION_SEED: only } = z
  .object({
    SIMULATION_SEEDS: z.coerce.number().int().positive().default(200),
    SIMULATION_SEED: z.coerce.number().int().optional(),
  })
  .parse(process.env);

const isRight = ({ difference: { lost, doubled, outOfOrder }, breaches }: Outcome): boolean =>
  [lost, doubled, outOfOrder, breaches].every((list) => list.length === 0);

const clean = { lost: [], doubled: [], outOfOrder: [] };
const say = (line: string): void => void process.stdout.write(`${line}\n`);

describe('a simulated platform on which everything fails at times', () => {
  test('publishes each post exactly once, unless it was withdrawn', { timeout: 1_800_000 }, async () => {
    const sum = { posts: 0, launches: 0, lost: 0, doubled: 0 };
    const incidents: Record<string, number> = {};
    const first = only ?? 1;
    for (let seed = first; seed < first + (only === undefined ? seeds : 1); seed += 1) {
      const outcome = await play(seed);
      if (!isRight(outcome) || only !== undefined) say(`seed ${seed}\n  ${outcome.trace.join('\n  ')}`);
      expect({ seed, ...outcome.difference, breaches: outcome.breaches }).toEqual({ seed, ...clean, breaches: [] });
      sum.posts += outcome.posts;
      sum.launches += outcome.launches;
      sum.lost += outcome.difference.lost.length;
      sum.doubled += outcome.difference.doubled.length;
      for (const [what, count] of Object.entries(outcome.incidents))
        incidents[what] = (incidents[what] ?? 0) + Number(count);
    }
    const met = Object.entries(incidents).map(([what, count]) => `${count} ${what}`);
    say(
      `simulation: ${only === undefined ? seeds : 1} seeds, ${sum.posts} posts, ${sum.launches} campaigns launched, ${sum.lost} lost, ${sum.doubled} doubled`,
    );
    say(`  met: ${met.join(', ')}`);
    // Faults that never occurred prove nothing.
    if (only === undefined) expect(sum.launches).toBeGreaterThan(seeds / 10);
    if (only === undefined)
      expect(
        Object.values(incidents).every((count) => count > 0),
        met.join(),
      ).toBe(true);
  });

  test('plays the same run for the same seed', async () => {
    const [one, other] = [await play(7), await play(7)];
    expect(one.trace.length).toBeGreaterThan(10);
    expect(other.trace).toEqual(one.trace);
  });
});

describe('the simulation detects a missing guard', () => {
  const found: string[] = [];
  afterAll(() => {
    say(`planted bugs found: ${found.join(', ')}`);
  });

  test.each<Plant>([
    'intent',
    'lease',
    'settle',
    'adopt',
    'claim',
    'permit',
    'budget',
    'refund',
    'overrule',
    'look',
    'codes',
  ])('%s', { timeout: 600_000 }, async (plant) => {
    for (let seed = 1; seed <= 2_000; seed += 1) {
      if (isRight(await play(seed, plant))) continue;
      found.push(`${plant} by seed ${seed}`);
      return;
    }
    throw new Error(`No seed has found the planted bug "${plant}"`);
  });
});
