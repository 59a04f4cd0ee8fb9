import { describe, expect, test } from 'vitest';
import { at, call, connect, control, post, REDIRECT_URI, sandboxForTest, send, standing } from './support.ts';

describe('the control API', () => {
  test.each([
    ['POST', 'faults', [{ fault: { kind: 'explode' } }]],
    ['POST', 'faults', [{ path: 'tweets', fault: { kind: 'unauthorized' } }]],
    ['POST', 'faults', [{ fault: { kind: 'unauthorized' }, colour: 'red' }]],
    ['POST', 'faults', []],
    ['POST', 'users', { username: 'has spaces' }],
    ['PATCH', 'users/acme_coffee', { followers: 3 }],
    ['POST', 'clock', { advanceMs: -1 }],
    ['PATCH', 'settings', { accessTokenSeconds: 0 }],
    ['POST', 'revoke', {}],
    ['POST', 'posts', { username: 'some_reader' }],
  ])('answers %s %s with a 400 that explains what is wrong with the body', async (method, path, body) => {
    const sandbox = await sandboxForTest();
    const answer = await send(`${sandbox.url}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    expect(at(answer.json, 'detail')).toMatch(/✖/);
  });

  test('rejects bodies that are not JSON, unknown paths, and unknown users and posts', async () => {
    const sandbox = await sandboxForTest();
    const url = (path: string) => `${sandbox.url}/_sandbox/${path}`;
    const form = await send(url('revoke'), { method: 'POST', body: new URLSearchParams({ username: 'acme_coffee' }) });
    expect(form.status).toBe(415);
    const headers = { 'content-type': 'application/json' };
    expect((await send(url('revoke'), { method: 'POST', headers, body: '{' })).status).toBe(400);
    expect((await send(url('nothing'))).status).toBe(404);
    expect((await send(url('constructor'))).status).toBe(404);
    expect((await send(url('posts?username=nobody_here'))).status).toBe(404);
    expect((await send(url('posts/1'), { method: 'DELETE' })).status).toBe(404);
    expect((await send(url('users/%E0%A4%A'), { method: 'PATCH', headers, body: '{}' })).status).toBe(400);
  });

  test('creates users that work like the seeded ones, each name once', async () => {
    const sandbox = await sandboxForTest();
    await control(sandbox, 'POST', 'users', { username: 'new_brand', name: 'New Brand', subscription: 'PremiumPlus' });
    const { access_token: token } = await connect(sandbox, 'new_brand');
    const me = await call(sandbox, token, 'GET', '/2/users/me?user.fields=subscription_type');
    expect(at(me.json, 'data')).toMatchObject({
      username: 'new_brand',
      name: 'New Brand',
      subscription_type: 'PremiumPlus',
    });
    const twice = control(sandbox, 'POST', 'users', { username: 'NEW_BRAND' });
    await expect(twice).rejects.toThrow('409');
    const names = at((await control(sandbox, 'GET', 'users')).json, 'users');
    expect(at(names, -1, 'username')).toBe('new_brand');
  });

  test('lists the received requests without secrets, codes or tokens', async () => {
    const sandbox = await sandboxForTest();
    const tokens = await connect(sandbox);
    await post(sandbox, tokens.access_token, 'hello');
    await send(`${sandbox.url}/2/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_secret: 'x-sandbox-secret', code: 'abc', refresh_token: tokens.refresh_token }),
    });
    await send(`${sandbox.url}/2/tweets?access_token=abc123&max_results=5`);
    await send(`${sandbox.url}/2/tweets`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"code',
    });
    const { json, text } = await control(sandbox, 'GET', 'requests');
    const received = at(json, 'requests');
    expect(at(received, 1)).toMatchObject({
      ...{ method: 'POST', path: '/2/oauth2/token', username: 'acme_coffee', status: 200 },
      body: { grant_type: 'authorization_code', code: '***', code_verifier: '***', redirect_uri: REDIRECT_URI },
    });
    expect(at(received, 2)).toMatchObject({
      operation: 'createPosts',
      username: 'acme_coffee',
      status: 201,
      body: { text: 'hello' },
    });
    expect(at(received, 3, 'body')).toEqual({ client_secret: '***', code: '***', refresh_token: '***' });
    expect(at(received, 4, 'path')).toBe('/2/tweets?access_token=***&max_results=5');
    expect(at(received, 5, 'body')).toBe('<unreadable JSON, 6 bytes>');
    for (const secret of ['x-sandbox-secret', 'abc123', tokens.access_token, tokens.refresh_token ?? '-']) {
      expect(text).not.toContain(secret);
    }
    expect((await control(sandbox, 'GET', 'settings')).text).not.toContain('x-sandbox-secret');
  });

  test('merges the reach of further words into the settings', async () => {
    const sandbox = await sandboxForTest();
    await control(sandbox, 'PATCH', 'settings', { reach: { one: 1 } });
    await control(sandbox, 'PATCH', 'settings', { reach: { two: 2 } });
    expect(at((await control(sandbox, 'GET', 'settings')).json, 'reach')).toEqual({ one: 1, two: 2 });
  });

  test('restores the initial state on a reset', async () => {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    const { id } = await post(sandbox, token, 'hello');
    await control(sandbox, 'POST', 'users', { username: 'new_brand' });
    await control(sandbox, 'PATCH', 'settings', { codeSeconds: 5 });
    await control(sandbox, 'POST', 'faults', [{ fault: { kind: 'unauthorized' } }]);
    await control(sandbox, 'POST', 'reset');
    expect(await standing(sandbox)).toEqual([]);
    expect((await call(sandbox, token, 'GET', '/2/users/me')).status).toBe(401);
    expect(at((await control(sandbox, 'GET', 'settings')).json, 'codeSeconds')).toBe(30);
    expect(at((await control(sandbox, 'GET', 'faults')).json, 'rules')).toEqual([]);
    const next = await post(sandbox, (await connect(sandbox)).access_token, 'hello');
    expect(BigInt(next.id)).toBeGreaterThan(BigInt(id));
  });

  test('deletes a post on X', async () => {
    const sandbox = await sandboxForTest();
    const made = await control(sandbox, 'POST', 'posts', { username: 'some_reader', text: 'hi @acme_coffee' });
    expect((await standing(sandbox, 'some_reader')).length).toBe(1);
    await control(sandbox, 'DELETE', `posts/${String(at(made.json, 'id'))}`);
    expect(await standing(sandbox)).toEqual([]);
  });
});
