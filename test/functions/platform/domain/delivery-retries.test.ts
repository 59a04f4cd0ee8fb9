import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isGone,
  isSlow,
  isSuccess,
  pauseAfter,
  retryAfterMs,
  waitAfter,
} from '#functions/platform/domain/delivery-retries.ts';
import { stages } from '#infra/stages.ts';

const now = new Date('2026-11-22T12:00:00.000Z');
const { retrySeconds: plan } = stages().prod.webhooks;
const end = (status: number | null, retryAfter?: string) => ({ status, retryAfter });

test('the retry schedule is that of Standard Webhooks: eight attempts in 27 h 35 min', () => {
  expect(plan).toEqual([5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 10 * 3600]);
  expect(Math.floor(plan.reduce((sum, each) => sum + each) / 60)).toBe(27 * 60 + 35);
  expect(stages().staging.webhooks.retrySeconds).toEqual(plan);
});

test('only 2xx is a success, only 410 is gone, and 429, 502, 503, 504 or no answer is slow', () => {
  const statuses = Array.from({ length: 500 }, (_, index) => index + 100);
  expect(statuses.filter((status) => isSuccess(end(status)))).toEqual(statuses.slice(100, 200));
  expect(statuses.filter((status) => isGone(end(status)))).toEqual([410]);
  expect(statuses.filter((status) => isSlow(end(status)))).toEqual([429, 502, 503, 504]);
  expect([isSuccess(end(null)), isGone(end(null)), isSlow(end(null))]).toEqual([false, false, true]);
});

describe('Retry-After', () => {
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
    // Capped at an hour.
    ['86400', 3_600_000],
    ['9999999999', 3_600_000],
    ['Mon, 23 Nov 2026 12:00:00 GMT', 3_600_000],
    [undefined, 0],
    ['', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['2026-11-22T12:00:30Z', 0],
    ['Sun, 99 Nov 2026 12:00:30 GMT', 0],
  ])('with value %s is read as seconds or an HTTP date, capped at an hour, and ignored when invalid', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });

  test('is never read as negative or as more than an hour, whatever its value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String)), (header) => {
        const ms = retryAfterMs(header, now);
        expect(ms >= 0 && ms <= 3_600_000).toBe(true);
      }),
    );
  });
});

test('a retry waits as long as the schedule or the server asks for, whichever is longer, plus up to a tenth', () => {
  const made = fc.integer({ min: 1, max: 10 });
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const asked = fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined });
  fc.assert(
    fc.property(made, chance, asked, (attempts, luck, seconds) => {
      const wait = waitAfter(plan, attempts, end(503, seconds === undefined ? undefined : String(seconds)), now, luck);
      const planned = plan[attempts - 1];
      if (planned === undefined) {
        expect(wait).toBeUndefined();
        return;
      }
      const least = Math.max(planned, Math.min(3_600, seconds ?? 0)) * 1000;
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(Math.ceil(least * 1.1));
      // SQS hides a message for at most twelve hours.
      expect(wait).toBeLessThan(12 * 3_600_000);
    }),
  );
});

test('a pause doubles from 5 s to 15 min, is never longer than the scheduled retry, and honours Retry-After', () => {
  const pauses = Array.from({ length: 12 }, (_, index) => pauseAfter(plan, index + 1, end(504), now) / 1000);
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
  plan.forEach((wait, index) => {
    expect(pauses[index]).toBeLessThanOrEqual(wait);
  });
  expect(pauseAfter(plan, 1, end(429, '60'), now)).toBe(60_000);
});
