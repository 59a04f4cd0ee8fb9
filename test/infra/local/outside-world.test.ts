import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OutsideWorld, startOutsideWorld } from '#infra/local/outside-world/server.ts';
import type { Outcome } from '#shared/outbound/outcome.ts';
import { senderTo } from '#shared/outbound/send.ts';
import { otherServer, type ToldAnswer } from '#test/support/outside-world.ts';

let world: OutsideWorld;

beforeAll(async () => {
  world = await startOutsideWorld();
});
afterAll(() => world.close());

const answeredBy = async (answer: ToldAnswer, timeoutMs = 300): Promise<Outcome> => {
  const server = otherServer({ outsideWorldUrl: world.url });
  await server.answers(answer);
  const send = senderTo({ reach: { exceptions: [new URL(world.url).host] } });
  return send({ method: 'GET', url: server.url, answer: { maxBytes: 100_000, longer: 'refused' }, timeoutMs });
};

test('the outside world records requests with raw body and headers, separately for each path', async () => {
  const [one, other] = [otherServer({ outsideWorldUrl: world.url }), otherServer({ outsideWorldUrl: world.url })];
  const body = Buffer.from([0, 255, 10, 13, 34]);
  expect((await fetch(`${one.url}?a=1`, { method: 'POST', body, headers: { 'webhook-id': 'm1' } })).status).toBe(200);
  expect(await one.requests()).toMatchObject([{ method: 'POST', query: 'a=1', headers: { 'webhook-id': 'm1' }, body }]);
  expect(await other.requests()).toEqual([]);
});

test('the outside world gives its answers in the given order and then repeats the last', async () => {
  const server = otherServer({ outsideWorldUrl: world.url });
  await server.answers({ status: 503, headers: { 'retry-after': '7' } }, { status: 201, body: 'made' });
  const first = await fetch(server.url);
  expect([first.status, first.headers.get('retry-after')]).toEqual([503, '7']);
  for (const _ of ['second', 'third']) expect(await (await fetch(server.url)).text()).toBe('made');
});

test.each<[string, ToldAnswer, Partial<Outcome>]>([
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, { outcome: 'answered' }],
  ['a server that hangs', { manner: 'hang' }, { outcome: 'timed_out' }],
  ['a silent one', { manner: 'silent' }, { outcome: 'timed_out' }],
  ['one that drips', { manner: 'drip', body: 'x'.repeat(100) }, { outcome: 'timed_out' }],
  ['one that waits', { delayMs: 1000 }, { outcome: 'timed_out' }],
  ['one that cuts the connection', { manner: 'cut', body: 'abc' }, { outcome: 'unreachable' }],
  ['one that sends too much', { bodyBytes: 50_000_000 }, { outcome: 'too_large' }],
  ['a body of some size', { bodyBytes: 100_000 }, { outcome: 'answered' }],
])('the outside world can play %s', async (_, answer, outcome) => {
  expect(await answeredBy(answer, 300)).toMatchObject(outcome);
});

test('the outside world rejects invalid answers and unknown control paths', async () => {
  await expect(answeredBy({ status: 99 })).rejects.toThrow('The outside world answered 400');
  expect((await fetch(`${world.url}/_world/nothing`)).status).toBe(404);
});
