import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lease, lease } from '#shared/http/lease.ts';
import {
  type Bucket,
  exactBucket,
  latestFullAt,
  leasedBucket,
  nextTokenAt,
  tokensLeft,
} from '#shared/http/token-bucket.ts';
import { memoryBuckets } from '#test/support/memory/buckets.ts';

const rates = fc.record({ burst: fc.integer({ min: 1, max: 200 }), perMinute: fc.integer({ min: 1, max: 6000 }) });
const key = { pk: 'wsp_1#LIMIT', sk: 'usr_1' };

test('a bucket of 600 that refills 300 a minute is leased in batches of 20, each for 30 seconds', () => {
  expect(leasedBucket({ burst: 600, perMinute: 300 })).toEqual({
    size: 450,
    intervalMs: 200,
    batch: 20,
    leaseMs: 30_000,
  });
  expect(exactBucket({ burst: 5, perMinute: 1 })).toEqual({ size: 5, intervalMs: 60_000, batch: 1, leaseMs: 0 });
});

test('a token is available exactly when nextTokenAt and latestFullAt say so', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: -1e6, max: 1e7 }), (rate, now, ahead) => {
      const bucket = exactBucket(rate);
      const fullAt = now + ahead;
      const left = tokensLeft(bucket, fullAt, now);
      expect(left > 0).toBe(nextTokenAt(bucket, fullAt) <= now);
      expect(left).toBeLessThanOrEqual(bucket.size);
      if (fullAt >= now) {
        expect(fullAt <= latestFullAt(bucket, left, now)).toBe(fullAt <= now + bucket.size * bucket.intervalMs);
        expect(fullAt > latestFullAt(bucket, left + 1, now)).toBe(true);
      }
    }),
  );
});

/** A container as in the limiter: spends its lease while that is valid, then leases again. */
const container = (store: ReturnType<typeof memoryBuckets>['store'], bucket: Bucket) => {
  let held: Lease = { tokens: 0, until: 0, fullAt: 0 };
  return async (now: number): Promise<boolean> => {
    if (held.tokens === 0 || now >= held.until) held = await lease(store, key, bucket, now, held.fullAt);
    if (held.tokens === 0) return false;
    held = { ...held, tokens: held.tokens - 1 };
    return true;
  };
};

/** How far the tokens spent in any time span exceed what a bucket of that rate allows, at most. */
const excess = (spent: readonly number[], burst: number, intervalMs: number): number => {
  const times = spent.toSorted((one, other) => one - other);
  let worst = -Infinity;
  for (const [first, from] of times.entries()) {
    for (const [last, to] of times.entries()) {
      if (last >= first) worst = Math.max(worst, last - first + 1 - (burst + Math.floor((to - from) / intervalMs)));
    }
  }
  return worst;
};

test.each([
  ['leased in batches', leasedBucket],
  ['taken one by one', exactBucket],
])('%s, tokens never exceed the burst and the refill in any span, however containers interleave', async (_, of) => {
  await fc.assert(
    fc.asyncProperty(
      rates,
      fc.scheduler(),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 400 })), { maxLength: 150 }),
      async (rate, scheduler, arrivals) => {
        const bucket = of(rate);
        const { store } = memoryBuckets((what) => scheduler.schedule(Promise.resolve(), what));
        const spent: number[] = [];
        let now = 0;
        const queues: number[][] = [[], [], [], []];
        for (const [who, tenths] of arrivals) queues[who]?.push((now += (tenths * bucket.intervalMs) / 100));
        // A container handles one request at a time; containers run concurrently, in any order.
        const work = Promise.all(
          queues.map(async (times) => {
            const take = container(store, bucket);
            for (const at of times) if (await take(at)) spent.push(at);
          }),
        );
        await scheduler.waitFor(work);
        expect(excess(spent, rate.burst, bucket.intervalMs)).toBeLessThanOrEqual(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('a caller who keeps to the rate is never refused', async () => {
  await fc.assert(
    fc.asyncProperty(rates, async (rate) => {
      const bucket = exactBucket(rate);
      const take = container(memoryBuckets().store, bucket);
      for (let number = 0; number < 100; number += 1) expect(await take(number * bucket.intervalMs)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a busy caller costs one write per 20 requests and gets all that a full bucket holds', async () => {
  const bucket = leasedBucket({ burst: 600, perMinute: 300 });
  const { store, counted } = memoryBuckets();
  const take = container(store, bucket);
  let taken = 0;
  for (let number = 0; number < 440; number += 1) taken += (await take(number)) ? 1 : 0;
  expect(taken).toBe(440);
  expect(counted.calls).toBe(22);
  for (let number = 0; number < 30; number += 1) taken += (await take(440)) ? 1 : 0;
  // 450 at once, and 2 that were refilled within 440 ms.
  expect(taken).toBe(452);
});
