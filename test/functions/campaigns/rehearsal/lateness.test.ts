import { expect, test } from 'vitest';
import { latenessOf } from '#functions/campaigns/rehearsal/lateness.ts';

test.each([
  [Array.from({ length: 100 }, (_, place) => 100 - place), { p50Ms: 50, p99Ms: 99, longestMs: 100 }],
  [[7], { p50Ms: 7, p99Ms: 7, longestMs: 7 }],
  [[1, 2, 3], { p50Ms: 2, p99Ms: 3, longestMs: 3 }],
  [[], null],
])('the lateness of %j is given by nearest rank', (lateMs, lateness) => {
  expect(latenessOf(lateMs)).toEqual(lateness);
});
