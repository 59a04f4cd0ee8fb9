import { expect, test } from 'vitest';
import { at, call, connect, control, sandboxForTest } from './support.ts';

const MINUTE = 60_000;

function limitHeaders(headers: Headers) {
  return Object.fromEntries([...headers].filter(([name]) => name.includes('-limit')).toSorted());
}

test('the X sandbox sends the limits of 15 minutes and 24 hours, and counts rejected calls, too', async () => {
  const sandbox = await sandboxForTest({ clock: () => new Date('2026-11-01T12:00:00Z') });
  const { access_token: token } = await connect(sandbox);
  const reset = Date.parse('2026-11-01T12:15:00Z') / 1000;
  const tomorrow = Date.parse('2026-11-02T12:00:00Z') / 1000;
  const good = await call(sandbox, token, 'POST', '/2/tweets', { text: 'one' });
  expect(limitHeaders(good.headers)).toEqual({
    'x-app-limit-24hour-limit': '10000',
    'x-app-limit-24hour-remaining': '9999',
    'x-app-limit-24hour-reset': String(tomorrow),
    'x-rate-limit-limit': '100',
    'x-rate-limit-remaining': '99',
    'x-rate-limit-reset': String(reset),
  });
  const bad = await call(sandbox, token, 'POST', '/2/tweets', { nothing: true });
  expect([bad.status, bad.headers.get('x-rate-limit-remaining')]).toEqual([400, '98']);
});

test('the X sandbox answers calls above a limit with 429, for this user only, until the window ends', async () => {
  const sandbox = await sandboxForTest();
  const [mine, other] = [await connect(sandbox), await connect(sandbox, 'acme_premium')];
  await control(sandbox, 'PATCH', 'settings', { limits: { getUsersMe: { user15Minutes: 2 } } });
  const me = (token: string) => call(sandbox, token, 'GET', '/2/users/me');
  expect([(await me(mine.access_token)).status, (await me(mine.access_token)).status]).toEqual([200, 200]);
  const refused = await me(mine.access_token);
  expect(refused.json).toEqual({
    title: 'Too Many Requests',
    detail: 'Too Many Requests',
    type: 'about:blank',
    status: 429,
  });
  expect([refused.status, refused.headers.get('x-rate-limit-remaining')]).toEqual([429, '0']);
  expect(refused.headers.get('retry-after')).toBeNull();
  expect((await me(other.access_token)).status).toBe(200);
  await control(sandbox, 'POST', 'clock', { advanceMs: 15 * MINUTE });
  expect((await me(mine.access_token)).headers.get('x-rate-limit-remaining')).toBe('1');
});

test("the app's 24-hour limit is shared by all users, while the 15-minute headers show calls left", async () => {
  const sandbox = await sandboxForTest();
  const [mine, other] = [await connect(sandbox), await connect(sandbox, 'acme_premium')];
  await control(sandbox, 'PATCH', 'settings', { limits: { createPosts: { user15Minutes: 100, app24Hours: 2 } } });
  const create = (token: string, text: string) => call(sandbox, token, 'POST', '/2/tweets', { text });
  expect((await create(mine.access_token, 'a')).status).toBe(201);
  expect((await create(other.access_token, 'b')).status).toBe(201);
  const refused = await create(mine.access_token, 'c');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-rate-limit-remaining')).toBe('99');
  expect(refused.headers.get('x-app-limit-24hour-remaining')).toBe('0');
  await control(sandbox, 'PATCH', 'settings', { dayLimitHeaders: false });
  expect((await create(mine.access_token, 'c')).headers.has('x-app-limit-24hour-limit')).toBe(false);
});

test("a user's 24-hour limit has its own headers and is enforced", async () => {
  const sandbox = await sandboxForTest();
  const { access_token: token } = await connect(sandbox);
  await control(sandbox, 'PATCH', 'settings', { limits: { createPosts: { user24Hours: 1 } } });
  const answer = await call(sandbox, token, 'POST', '/2/tweets', { text: 'a' });
  expect(answer.headers.get('x-user-limit-24hour-remaining')).toBe('0');
  expect((await call(sandbox, token, 'POST', '/2/tweets', { text: 'b' })).status).toBe(429);
});

test('limits can be set only for operations that exist', async () => {
  const sandbox = await sandboxForTest();
  const wrong = control(sandbox, 'PATCH', 'settings', { limits: { makeCoffee: { user24Hours: 1 } } });
  await expect(wrong).rejects.toThrow(/400 .*limits.makeCoffee/);
  const shown = await control(sandbox, 'GET', 'settings');
  expect(at(shown.json, 'limits')).toEqual({});
});
