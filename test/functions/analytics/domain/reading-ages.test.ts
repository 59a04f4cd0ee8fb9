import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dueForReading,
  frozenAfterMs,
  isReadingFor,
  latestDue,
  plannedReadings,
  publishedBefore,
} from '#functions/analytics/domain/reading-ages.ts';
import { shards } from '#shared/shards.ts';
import { dayMs, hourMs, minuteMs } from '#shared/time.ts';

const instant = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 11, 31) });
const newYear = Date.UTC(2027, 0, 1);
const shard = fc.constantFrom(...shards);
const places = plannedReadings.map((_, place) => place);

describe('the plan of readings', () => {
  test('has eight readings on at most five UTC days, all before X stops returning clicks', () => {
    fc.assert(
      fc.property(instant, shard, fc.integer({ min: 0, max: 15 * minuteMs }), (publishedAt, own, sweepDelay) => {
        const readings = places.map((place) => dueForReading(publishedAt, own, place) + sweepDelay);
        expect(readings).toHaveLength(8);
        expect(readings).toEqual(readings.toSorted((one, other) => one - other));
        expect(new Set(readings.map((at) => Math.floor(at / dayMs))).size).toBeLessThanOrEqual(5);
        for (const at of readings) expect(at).toBeLessThan(publishedAt + frozenAfterMs);
      }),
    );
  });

  test('reads a post at its planned age or at most 36 hours later, never earlier', () => {
    fc.assert(
      fc.property(instant, shard, fc.constantFrom(...places), (publishedAt, own, place) => {
        const ageMs = plannedReadings[place]?.ageMs ?? NaN;
        const due = dueForReading(publishedAt, own, place);
        expect(due - publishedAt).toBeGreaterThanOrEqual(ageMs);
        expect(due - publishedAt).toBeLessThanOrEqual(ageMs + 36 * hourMs);
        expect(isReadingFor(publishedAt, own, place, due)).toBe(true);
      }),
    );
  });

  test('finds by the time of publication exactly the posts that are due', () => {
    const near = fc.integer({ min: -2 * dayMs, max: 2 * dayMs });
    fc.assert(
      fc.property(instant, shard, fc.constantFrom(...places), near, (publishedAt, own, place, offset) => {
        const now = dueForReading(publishedAt, own, place) + offset;
        expect(publishedAt < publishedBefore(now, own, place)).toBe(offset >= 0);
      }),
      {
        examples: places.flatMap((place): [number, number, number, number][] => [
          [newYear, 3, place, 0],
          [newYear, 3, place, -1],
        ]),
      },
    );
  });

  test('has one reading due at a time: the latest, until the numbers are final', () => {
    fc.assert(
      fc.property(instant, shard, fc.integer({ min: 0, max: 40 * dayMs }), (publishedAt, own, age) => {
        const place = latestDue(publishedAt, own, publishedAt + age);
        if (place === undefined) {
          expect(age >= frozenAfterMs || publishedAt + age < dueForReading(publishedAt, own, 0)).toBe(true);
        } else {
          expect(dueForReading(publishedAt, own, place)).toBeLessThanOrEqual(publishedAt + age);
          expect(dueForReading(publishedAt, own, place + 1)).toBeGreaterThan(publishedAt + age);
        }
      }),
    );
  });
});
