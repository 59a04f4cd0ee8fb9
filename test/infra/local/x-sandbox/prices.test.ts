import { expect, test } from 'vitest';
import {
  at,
  BASIC,
  call,
  COFFEE_ID,
  connect,
  control,
  png,
  post,
  PREMIUM_ID,
  sandboxForTest,
  send,
  upload,
} from './support.ts';

async function meteredSandbox() {
  const sandbox = await sandboxForTest({ clock: () => new Date('2026-11-01T12:00:00Z') });
  const { access_token: token } = await connect(sandbox);
  const spent = async () => at((await control(sandbox, 'GET', 'usage')).json, 'totalMicros');
  return { sandbox, token, spent };
}

test("the X sandbox bills each kind of request at its price in X's list", async () => {
  const { sandbox, token, spent } = await meteredSandbox();
  const steps: [number, () => Promise<unknown>][] = [];
  const root = await post(sandbox, token, 'plain');
  expect(await spent()).toBe(15_000);
  const mention = { username: 'some_reader', text: 'hey @acme_coffee' };
  const summons = String(at((await control(sandbox, 'POST', 'posts', mention)).json, 'id'));
  const picture = await upload(sandbox, token, png(), 'image/png', 'tweet_image');
  const alt = { id: picture.id, metadata: { alt_text: { text: 'x' } } };
  const retweets = `/2/users/${COFFEE_ID}/retweets`;
  steps.push(
    [200_000, () => post(sandbox, token, 'link https://example.com')],
    [15_000, () => post(sandbox, token, 'next part', { reply: { in_reply_to_tweet_id: root.id } })],
    [10_000, () => post(sandbox, token, 'thanks', { reply: { in_reply_to_tweet_id: summons } })],
    [15_000, () => call(sandbox, token, 'POST', retweets, { tweet_id: summons })],
    [5_000, () => call(sandbox, token, 'DELETE', `${retweets}/${summons}`)],
    [5_000, () => call(sandbox, token, 'DELETE', `/2/tweets/${root.id}`)],
    [5_000, () => call(sandbox, token, 'POST', '/2/media/metadata', alt)],
    [10_000, () => call(sandbox, token, 'GET', '/2/users/me')],
    [5_000, () => call(sandbox, token, 'GET', `/2/tweets/${summons}`)],
  );
  for (const [price, step] of steps) {
    const before = Number(await spent());
    await step();
    expect(Number(await spent()) - before).toBe(price);
  }
});

test('the X sandbox does not bill failures, and bills a resource once per UTC day', async () => {
  const { sandbox, token, spent } = await meteredSandbox();
  const { id } = await post(sandbox, token, 'once');
  await call(sandbox, token, 'POST', '/2/tweets', { text: 'once' });
  await call(sandbox, token, 'POST', '/2/tweets', { wrong: true });
  await call(sandbox, token, 'GET', '/2/tweets?ids=999');
  expect(await spent()).toBe(15_000);
  for (const path of [`/2/tweets/${id}`, `/2/tweets?ids=${id}`, `/2/users/${COFFEE_ID}/tweets`])
    await call(sandbox, token, 'GET', path);
  expect(await spent()).toBe(20_000);
  // From noon to midnight.
  await control(sandbox, 'POST', 'clock', { advanceMs: 12 * 3_600_000 });
  await call(sandbox, (await connect(sandbox)).access_token, 'GET', `/2/tweets/${id}`);
  expect(await spent()).toBe(25_000);
});

test('the X sandbox answers 402 CreditsDepleted when the credits are spent', async () => {
  const { sandbox, token } = await meteredSandbox();
  await control(sandbox, 'PATCH', 'settings', { creditMicros: 15_000 });
  await post(sandbox, token, 'the last');
  const answer = await call(sandbox, token, 'GET', '/2/users/me');
  expect([answer.status, answer.json]).toEqual([
    402,
    {
      account_id: 1_000_001,
      title: 'CreditsDepleted',
      detail: 'Your enrolled account [1000001] does not have any credits to fulfill this request.',
      type: 'https://api.twitter.com/2/problems/credits',
    },
  ]);
});

test('the X sandbox answers reads above the monthly cap with 429 UsageCapExceeded, and still accepts posts', async () => {
  const { sandbox, token } = await meteredSandbox();
  const { id } = await post(sandbox, token, 'hello');
  await control(sandbox, 'PATCH', 'settings', { monthlyPostReads: 0 });
  const answer = await call(sandbox, token, 'GET', `/2/tweets/${id}`);
  expect([answer.status, at(answer.json, 'title')]).toEqual([429, 'UsageCapExceeded']);
  expect(answer.headers.get('x-rate-limit-remaining')).toBe('899');
  expect((await call(sandbox, token, 'POST', '/2/tweets', { text: 'still' })).status).toBe(201);
});

test("the X sandbox shows the usage to the app's own token but not to users", async () => {
  const { sandbox, token } = await meteredSandbox();
  const { id } = await post(sandbox, token, 'hello');
  await call(sandbox, token, 'GET', `/2/tweets/${id}`);
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const granted = await send(`${sandbox.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: BASIC },
    body,
  });
  const bearer = String(at(granted.json, 'access_token'));
  const usage = await call(sandbox, bearer, 'GET', '/2/usage/tweets?days=2&usage.fields=daily_project_usage');
  expect(usage.json).toEqual({
    data: {
      project_cap: '3000000',
      project_id: '1000001',
      project_usage: '1',
      daily_project_usage: {
        project_id: '1000001',
        usage: [
          { date: '2026-10-31T00:00:00.000Z', usage: '0' },
          { date: '2026-11-01T00:00:00.000Z', usage: '1' },
        ],
      },
    },
  });
  expect((await call(sandbox, bearer, 'GET', '/2/usage/tweets?days=91')).status).toBe(400);
  expect((await call(sandbox, token, 'GET', '/2/usage/tweets')).status).toBe(403);
});

test('the control API shows the usage by user, kind and day', async () => {
  const { sandbox, token } = await meteredSandbox();
  await post(sandbox, token, 'mine');
  await post(sandbox, (await connect(sandbox, 'acme_premium')).access_token, 'theirs https://example.com');
  const { json } = await control(sandbox, 'GET', 'usage');
  expect(at(json, 'users')).toEqual({ acme_coffee: 15_000, acme_premium: 200_000 });
  expect(at(json, 'kinds', 'postCreateWithUrl')).toEqual({ count: 1, micros: 200_000 });
  expect(at(json, 'days', '2026-11-01', 'users', PREMIUM_ID)).toBe(200_000);
});
