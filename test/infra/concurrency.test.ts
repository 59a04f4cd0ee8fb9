import { describe, expect, test } from 'vitest';
import { operations as accounts } from '#functions/accounts/contract.ts';
import { operations as posts } from '#functions/posts/contract.ts';
import { stages } from '#infra/stages.ts';
import type { Operation } from '#shared/http/operation.ts';

/** An AWS account's default concurrency, and the part that must stay unreserved (AWS: Lambda quotas). */
const quota = 1_000;
const unreserved = 100;

/**
 * How long requests hold an execution, in seconds: ordinary ones, those of the class `costly` (decision 18), and redirects
 * of short links (decision 29).
 */
const ordinarySeconds = 0.1;
const redirectSeconds = 0.05;
const contexts: { name: 'posts' | 'accounts'; operations: readonly Operation[]; costlySeconds: number }[] = [
  { name: 'posts', operations: posts, costlySeconds: 1 },
  // They wait for X.
  { name: 'accounts', operations: accounts, costlySeconds: stages().prod.xPace.callSeconds },
];

/** Executions left for publishing at any moment, whatever the HTTP traffic. */
const leastForPublishing = 50;

const reserving = Object.values(stages()).filter(
  ({ reservedConcurrency }) => Object.keys(reservedConcurrency).length > 0,
);

test('only staging and prod reserve concurrency, and leave unreserved what AWS requires', () => {
  expect(reserving.map(({ name }) => name)).toEqual(['staging', 'prod']);
  for (const { reservedConcurrency } of reserving) {
    const sum = Object.values(reservedConcurrency).reduce((total, each) => total + each, 0);
    expect(sum).toBeLessThanOrEqual(quota - unreserved);
  }
});

describe.each(contexts)('$name', ({ name, operations, costlySeconds }) => {
  // A throttle admits its burst at once, and its rate for as long as a request lasts.
  test.each(reserving)('keeps executions for publishing when every throttle is full: $name', (stage) => {
    const atOnce = ({ rateLimit, burstLimit }: typeof stage.throttle, seconds: number) =>
      burstLimit + rateLimit * seconds;
    const costly = operations.filter(({ limit }) => limit === 'costly');
    const readable = costly.filter(({ method }) => method === 'GET').length;
    const redirects = operations.filter(({ limit }) => limit === 'readers').length;
    expect(costly.length).toBeGreaterThan(0);
    const requests =
      atOnce(stage.throttle, ordinarySeconds) +
      costly.length * atOnce(stage.costlyThrottle, costlySeconds) +
      readable * atOnce(stage.costlyHeadThrottle, costlySeconds) +
      redirects * atOnce(stage.readersThrottle, redirectSeconds) +
      redirects * atOnce(stage.costlyHeadThrottle, redirectSeconds);
    expect((stage.reservedConcurrency[name] ?? 0) - requests).toBeGreaterThanOrEqual(leastForPublishing);
  });
});
