import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { Marketer } from '#infra/local/marketer.ts';
import { bucketsIn, lease } from '#shared/http/lease.ts';
import { exactBucket, leasedBucket, tokensLeft } from '#shared/http/token-bucket.ts';
import type { Table } from '#shared/table.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

let table: Table;
beforeAll(async () => {
  table = await tableOf('users');
});

/** A unique bucket, since the table is shared by the stage. */
const anyKey = () => ({ pk: `wsp_${randomUUID()}#LIMIT`, sk: 'workspace' });
const total = (leases: readonly { tokens: number }[]) => leases.reduce((sum, { tokens }) => sum + tokens, 0);

test('thirty concurrent containers lease exactly the tokens that a stored bucket holds', async () => {
  const store = bucketsIn(table);
  const key = anyKey();
  const bucket = leasedBucket({ burst: 266, perMinute: 1 });
  const now = Date.now();
  const first = await Promise.all(Array.from({ length: 30 }, () => lease(store, key, bucket, now, undefined)));
  // A container that lost a race may ask again.
  const rest = [];
  for (let tries = 0; tries < 30; tries += 1) rest.push(await lease(store, key, bucket, now, now + 1));
  expect(total([...first, ...rest])).toBe(bucket.size);
  expect(rest.at(-1)).toMatchObject({ tokens: 0, fullAt: now + bucket.size * bucket.intervalMs });
  expect(tokensLeft(bucket, (await store.fullAt(key)) ?? 0, now)).toBe(0);
});

test('a bucket refills over time, and is stored with a TTL and without a version', async () => {
  const store = bucketsIn(table);
  const key = anyKey();
  const bucket = exactBucket({ burst: 2, perMinute: 60 });
  const now = Date.now();
  const ask = (after: number) => lease(store, key, bucket, now + after, undefined);
  expect([await ask(0), await ask(0), await ask(0)].map(({ tokens }) => tokens)).toEqual([1, 1, 0]);
  expect((await ask(999)).tokens).toBe(0);
  expect((await ask(1000)).tokens).toBe(1);
  expect((await ask(5000)).tokens).toBe(1);
  const item = await table.get(key);
  expect(item).toMatchObject({ fullAt: now + 6000 });
  expect(item?.['ttl']).toBeGreaterThan((now + 6000) / 1000);
  expect(item).not.toHaveProperty('version');
});

test('a failed sign-in returns the rate limit headers', async () => {
  const wrong = { email: `nobody.${randomUUID()}@example.com`, password: 'wrong' };
  const answer = await new Marketer(stage).call('POST', '/v1/auth/sign-in', wrong);
  expectProblem(answer, 401, 'invalid_credentials');
  expect(answer.headers.get('ratelimit-policy')).toMatch(/^"credentials";q=\d+;w=\d+$/);
  expect(answer.headers.get('ratelimit')).toMatch(/^"credentials";r=\d+;t=\d+$/);
});

test('the health check is not rate limited', async () => {
  const answer = await new Marketer(stage).call('GET', '/v1/users/health');
  expect(answer.status).toBe(200);
  expect(answer.headers.has('ratelimit')).toBe(false);
});

test('only the person whose bucket is empty is rejected with rate_limited and Retry-After', async () => {
  const maya = await new Marketer(stage).join();
  const noor = await new Marketer(stage, 'noor').join();
  const { personId, workspaceId } = await whereIs(maya);
  // Empty for an hour.
  const hour = 3_600_000;
  const fullAt = Date.now() + hour + 100_000;
  await table.put({ pk: `${workspaceId}#LIMIT`, sk: personId, fullAt, ttl: Math.ceil(fullAt / 1000) });
  // Containers may still spend what they leased before.
  let refused;
  for (let tries = 0; tries < 200 && !refused; tries += 1) {
    const answer = await maya.call('GET', '/v1/me');
    if (answer.status !== 200) refused = answer;
  }
  if (!refused) throw new Error('Two hundred requests went through');
  expectProblem(refused, 429, 'rate_limited');
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
  expect(refused.headers.get('ratelimit')).toMatch(/^"person";r=0;t=\d+$/);
  expect((await noor.call('GET', '/v1/me')).status).toBe(200);
});
