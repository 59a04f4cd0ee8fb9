import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paceOf } from '#functions/accounts/domain/pace.ts';

const seconds = fc.integer({ min: 1, max: 900 });
const pace = fc.record({
  callSeconds: seconds,
  functionSeconds: seconds,
  pauseSeconds: seconds,
  jitterSeconds: seconds,
  appPauseSeconds: seconds,
});

test('a send settles only once the function and its last call can no longer be running', () => {
  fc.assert(
    fc.property(pace, (given) => {
      const { settleMs, callMs, functionMs } = paceOf(given);
      expect(settleMs).toBeGreaterThan(callMs + functionMs);
    }),
  );
});

test('the pace is given in seconds and used in milliseconds', () => {
  expect(
    paceOf({ callSeconds: 10, functionSeconds: 30, pauseSeconds: 60, jitterSeconds: 15, appPauseSeconds: 900 }),
  ).toEqual({
    callMs: 10_000,
    functionMs: 30_000,
    settleMs: 60_000,
    pauseMs: 60_000,
    jitterMs: 15_000,
    appPauseMs: 900_000,
  });
});
