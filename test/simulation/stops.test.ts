import { afterAll, describe, expect, test } from 'vitest';
import type { Plant } from './platform.ts';
import { playStop, type StopOutcome } from './stop-run.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const clean = { lost: [], doubled: [], outOfOrder: [] };

const judge = (outcome: StopOutcome): void => {
  const { seed, afterAnswer, difference, breaches } = outcome;
  const isRight = afterAnswer.length === 0 && breaches.length === 0;
  if (!isRight) say(`seed ${seed}\n  ${outcome.trace.slice(-2_000).join('\n  ')}`);
  expect({ seed, afterAnswer, difference, breaches }).toEqual({
    seed,
    afterAnswer: [],
    difference: clean,
    breaches: [],
  });
};

describe('after a stop is answered, nothing is published', () => {
  test('with a thousand posts due', { timeout: 600_000 }, async () => {
    const seed = 1;
    const outcome = await playStop(seed, 1_000);
    judge(outcome);
    const { held, answeredAfterMs, asked } = outcome;
    say(`stop of 1000 posts, seed ${seed}: answered after ${answeredAfterMs} ms (asked ${asked}), ${held} held`);
    expect(held).toBeGreaterThan(0);
  });

  test('and held posts are published once after resuming, for a hundred seeds', { timeout: 600_000 }, async () => {
    const waits: number[] = [];
    let held = 0;
    for (let seed = 100; seed < 200; seed += 1) {
      const outcome = await playStop(seed, 20);
      judge(outcome);
      waits.push(outcome.answeredAfterMs);
      held += outcome.held;
    }
    waits.sort((one, other) => one - other);
    say(`stops of 20 posts: ${waits.length} seeds, ${held} held, answered after ${waits[waits.length >> 1]} ms (p50)`);
    // A run that holds nothing proves nothing.
    expect(held).toBeGreaterThan(0);
  });
});

describe('the simulation detects a missing guard of the stops', () => {
  const found: string[] = [];
  afterAll(() => {
    say(`planted bugs found: ${found.join(', ')}`);
  });

  test.each<Plant>(['stop unread', 'stop unwaited'])('%s', { timeout: 600_000 }, async (plant) => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const { afterAnswer } = await playStop(seed, 20, plant);
      if (afterAnswer.length === 0) continue;
      found.push(`${plant} by seed ${seed}`);
      return;
    }
    throw new Error(`No seed has found the planted bug "${plant}"`);
  });
});
