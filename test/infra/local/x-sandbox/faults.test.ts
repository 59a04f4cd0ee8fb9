import { describe, expect, test } from 'vitest';
import { at, call, connect, control, post, postToken, sandboxForTest, standing, tokensOf } from './support.ts';

async function faulty(fault: Record<string, unknown>, rule: Record<string, unknown> = {}) {
  const sandbox = await sandboxForTest();
  const { access_token: token, refresh_token = '' } = await connect(sandbox);
  await control(sandbox, 'POST', 'faults', [{ method: 'POST', path: '/2/tweets', ...rule, fault }]);
  const create = (text = 'hello') => call(sandbox, token, 'POST', '/2/tweets', { text });
  const texts = async () => (await standing(sandbox)).map((standingPost) => standingPost.rawText);
  return { sandbox, token, refresh_token, create, texts };
}

describe('faults before and after the commit:', () => {
  test('a cut before stores no post, a cut after stores it, and the client gets no answer either way', async () => {
    for (const [phase, left] of [
      ['before', []],
      ['after', ['hello']],
    ] as const) {
      const { sandbox, create, texts } = await faulty({ kind: 'cut', phase });
      await expect(create()).rejects.toThrow();
      expect(await texts()).toEqual(left);
      const requests = at((await control(sandbox, 'GET', 'requests')).json, 'requests');
      expect(at(requests, -1)).toMatchObject({ operation: 'createPosts', username: 'acme_coffee', status: null });
      // The rule is used up: the next attempt gets X's own answer.
      expect((await create()).status).toBe(phase === 'before' ? 201 : 403);
    }
  });

  test.each([
    ['problem', 'application/json', '{"title":"Service Unavailable"'],
    ['html', 'text/html', '<!DOCTYPE html>'],
    ['plain', 'text/plain', 'Service Unavailable'],
    ['strings', 'application/json', '{"errors":["internal server error"]}'],
  ])('a 503 after the commit, with a %s body, keeps the post', async (body, type, start) => {
    const { create, texts } = await faulty({ kind: 'status', status: 503, phase: 'after', body });
    const answer = await create();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain(type);
    expect(answer.text.startsWith(start)).toBe(true);
    expect(await texts()).toEqual(['hello']);
  });

  test('a 500 before the commit stores, counts and bills nothing', async () => {
    const { sandbox, create, texts } = await faulty({ kind: 'status', status: 500 });
    expect((await create()).status).toBe(500);
    expect(await texts()).toEqual([]);
    expect(at((await control(sandbox, 'GET', 'usage')).json, 'totalMicros')).toBe(0);
    expect((await create()).headers.get('x-rate-limit-remaining')).toBe('99');
  });

  test('a client that gives up during a delay gets no answer, but the post is stored', async () => {
    const { sandbox, token, texts } = await faulty({ kind: 'delay', ms: 300 });
    const request = fetch(`${sandbox.url}/2/tweets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"text":"late"}',
      signal: AbortSignal.timeout(100),
    });
    await expect(request).rejects.toThrow();
    await expect.poll(texts).toEqual(['late']);
  });

  test('a delay after the commit shows the post while the client still waits', async () => {
    const { create, texts } = await faulty({ kind: 'delay', ms: 300, phase: 'after' });
    let answered = false;
    const waiting = create().then((answer) => {
      answered = true;
      return answer;
    });
    await expect.poll(texts).toEqual(['hello']);
    expect(answered).toBe(false);
    expect((await waiting).status).toBe(201);
  });
});

describe('faults in the answer:', () => {
  test('a 201 with HTML, with an empty body or with half a JSON document keeps the post', async () => {
    const page = await faulty({ kind: 'html' });
    const html = await page.create();
    expect([html.status, html.text.startsWith('<!DOCTYPE html>'), await page.texts()]).toEqual([201, true, ['hello']]);
    const nothing = await faulty({ kind: 'empty' });
    const empty = await nothing.create();
    expect([empty.status, empty.text, await nothing.texts()]).toEqual([201, '', ['hello']]);
    const half = await faulty({ kind: 'truncated' });
    const truncated = await half.create();
    expect([truncated.status, truncated.json, await half.texts()]).toEqual([201, undefined, ['hello']]);
    expect(truncated.text).toMatch(/^\{"data":\{"id"/);
  });

  test('a connection that ends in the middle of the body is an error for the client and keeps the post', async () => {
    const { create, texts } = await faulty({ kind: 'truncated', hangUp: true });
    await expect(create()).rejects.toThrow();
    expect(await texts()).toEqual(['hello']);
  });

  test('a slow answer arrives complete, in many pieces', async () => {
    const { sandbox, token } = await faulty({ kind: 'slow', ms: 300 });
    const response = await fetch(`${sandbox.url}/2/tweets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"text":"slow"}',
    });
    let pieces = 0;
    let text = '';
    for await (const piece of response.body ?? []) {
      pieces += 1;
      text += Buffer.from(piece).toString();
    }
    expect(pieces).toBeGreaterThan(5);
    expect(at(JSON.parse(text), 'data', 'text')).toBe('slow');
  });
});

describe('refusals on demand', () => {
  test.each([
    ['duplicate', 'detail', 'You are not allowed to create a Tweet with duplicate content.'],
    ['suspended', 'type', 'https://api.twitter.com/2/problems/user-suspended'],
    [
      'suspendedV1',
      'errors',
      [{ code: 64, message: 'Your account is suspended and is not permitted to access this feature.' }],
    ],
    ['notPermitted', 'detail', 'You are not permitted to perform this action.'],
    ['notSummoned', 'type', 'https://api.x.com/2/problems/not-authorized-for-resource'],
    ['clientForbidden', 'reason', 'client-not-enrolled'],
    ['spendCap', 'title', 'SpendCapReached'],
    ['unsupportedAuthentication', 'title', 'Unsupported Authentication'],
    ['videoTooLong', 'detail', 'This user is not allowed to post a video longer than 20 minutes.'],
  ])('include 403 %s, which stores no post', async (reason, key, value) => {
    const { create, texts } = await faulty({ kind: 'forbidden', reason });
    const answer = await create();
    expect([answer.status, at(answer.json, key)]).toEqual([403, value]);
    expect(await texts()).toEqual([]);
  });

  test('include 403 locked, 403 not summoned in the old wording, 401 and 402', async () => {
    const locked = await (await faulty({ kind: 'forbidden', reason: 'locked' })).create();
    expect([locked.status, at(locked.json, 'errors', 0, 'code')]).toEqual([403, 326]);
    const old = await (await faulty({ kind: 'forbidden', reason: 'notSummonedOld' })).create();
    expect(at(old.json, 'detail')).toContain('not been mentioned or otherwise engaged');
    expect((await (await faulty({ kind: 'unauthorized' })).create()).status).toBe(401);
    const credits = await (await faulty({ kind: 'creditsDepleted' })).create();
    expect([credits.status, at(credits.json, 'title')]).toEqual([402, 'CreditsDepleted']);
  });

  test.each([
    ['15min', { 'x-rate-limit-remaining': '0' }],
    ['user24h', { 'x-rate-limit-remaining': '57', 'x-user-limit-24hour-remaining': '0' }],
    ['app24h', { 'x-rate-limit-remaining': '57', 'x-app-limit-24hour-remaining': '0' }],
    ['none', {}],
    ['usageCap', { 'x-rate-limit-limit': '40000', 'x-rate-limit-remaining': '39999' }],
  ])('include 429 with the headers of %s', async (headers, expected) => {
    const { create } = await faulty({ kind: 'rateLimit', headers, resetAfterSeconds: 60 });
    const answer = await create();
    expect(answer.status).toBe(429);
    const found = [...answer.headers].filter(([name]) => /-limit|remaining/.test(name) && !name.endsWith('-reset'));
    expect(Object.fromEntries(found)).toMatchObject(expected);
    expect(found.length === 0).toBe(headers === 'none');
    expect(at(answer.json, 'title')).toBe(headers === 'usageCap' ? 'UsageCapExceeded' : 'Too Many Requests');
  });

  test('include a refused refresh and one whose answer is lost', async () => {
    const { sandbox, refresh_token } = await faulty(
      { kind: 'oauth', error: 'invalid_grant' },
      { path: '/2/oauth2/token' },
    );
    await control(sandbox, 'POST', 'faults', [
      { path: '/2/oauth2/token', username: 'acme_coffee', fault: { kind: 'cut', phase: 'after' } },
    ]);
    const refresh = () => postToken(sandbox, { grant_type: 'refresh_token', refresh_token });
    const refused = await refresh();
    expect([refused.status, at(refused.json, 'error')]).toEqual([400, 'invalid_grant']);
    await expect(refresh()).rejects.toThrow();
    // The lost answer had rotated the token: reusing the old one revokes the family.
    expect((await refresh()).status).toBe(400);
    const again = await connect(sandbox);
    const next = await postToken(sandbox, { grant_type: 'refresh_token', refresh_token: again.refresh_token ?? '' });
    expect(tokensOf(next).access_token).not.toBe(again.access_token);
  });
});

describe('a fault rule', () => {
  test('applies `times` times after `skip` matching requests, and counts both', async () => {
    const { sandbox, create } = await faulty({ kind: 'status', status: 500 }, { id: 'r', skip: 1, times: 2 });
    const statuses = [];
    for (const text of ['a', 'b', 'c', 'd']) statuses.push((await create(text)).status);
    expect(statuses).toEqual([201, 500, 500, 201]);
    expect(at((await control(sandbox, 'GET', 'faults')).json, 'rules', 0)).toMatchObject({
      id: 'r',
      seen: 4,
      fired: 2,
    });
  });

  test('applies only to its user, method and path pattern, and no longer when rules are cleared', async () => {
    const rule = { method: 'GET', path: '/2/tweets/:id', username: 'acme_coffee', times: 'always' };
    const { sandbox, token } = await faulty({ kind: 'status', status: 500 }, rule);
    const { id } = await post(sandbox, token, 'fine');
    const other = await connect(sandbox, 'acme_premium');
    const span = 'start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:00Z';
    const status = async (bearer: string, path: string) => (await call(sandbox, bearer, 'GET', path)).status;
    expect(await status(token, `/2/tweets/${id}`)).toBe(500);
    expect(await status(token, `/2/tweets?ids=${id}`)).toBe(200);
    expect(await status(token, `/2/tweets/analytics?ids=${id}&${span}`)).toBe(200);
    expect(await status(other.access_token, `/2/tweets/${id}`)).toBe(200);
    expect(await status(token, `/2/tweets/${id}`)).toBe(500);
    await control(sandbox, 'DELETE', 'faults');
    expect(await status(token, `/2/tweets/${id}`)).toBe(200);
  });

  test('applies until it is deleted, and its count can still be read', async () => {
    const { sandbox, create } = await faulty({ kind: 'status', status: 400 }, { id: 'r', times: 'always' });
    expect([(await create('a')).status, (await create('b')).status]).toEqual([400, 400]);
    await control(sandbox, 'DELETE', 'faults/r');
    expect((await create('c')).status).toBe(201);
    expect(at((await control(sandbox, 'GET', 'faults')).json, 'rules', 0)).toMatchObject({ id: 'r', fired: 2 });
    await expect(control(sandbox, 'DELETE', 'faults/none')).rejects.toThrow('There is no fault none.');
  });

  test('can apply to a single post, by its path', async () => {
    const { sandbox, token } = await faulty({ kind: 'unauthorized' }, { path: '/2/oauth2/revoke' });
    const [one, two] = [await post(sandbox, token, 'one'), await post(sandbox, token, 'two')];
    await control(sandbox, 'POST', 'faults', [{ path: `/2/tweets/${one.id}`, fault: { kind: 'unauthorized' } }]);
    expect((await call(sandbox, token, 'DELETE', `/2/tweets/${two.id}`)).status).toBe(200);
    expect((await call(sandbox, token, 'DELETE', `/2/tweets/${one.id}`)).status).toBe(401);
  });
});
