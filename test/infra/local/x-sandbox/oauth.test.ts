import { describe, expect, test } from 'vitest';
import {
  at,
  authorizeQuery,
  BASIC,
  call,
  codeFor,
  connect,
  consent,
  control,
  exchange,
  newVerifier,
  postToken,
  REDIRECT_URI,
  sandboxForTest,
  SCOPES,
  send,
  tokensOf,
} from './support.ts';

const INVALID_CODE = {
  error: 'invalid_request',
  error_description: 'Value passed for the authorization code was invalid.',
};
const INVALID_TOKEN = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' };

describe('the consent page', () => {
  test('shows the app, its scopes and who can sign in, and escapes its input', async () => {
    const sandbox = await sandboxForTest();
    const query = new URLSearchParams(authorizeQuery(newVerifier(), { state: '"><script>alert(1)</script>' }));
    const page = await send(`${sandbox.url}/i/oauth2/authorize?${query.toString()}`);
    expect(page.status).toBe(200);
    for (const part of ['X sandbox app', 'tweet.write', '@acme_coffee', '@acme_premium', 'Authorize app', 'Cancel']) {
      expect(page.text).toContain(part);
    }
    expect(page.text).not.toContain('<script>');
    expect(page.text).not.toContain('some_reader');
    expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:9");
  });

  test('redirects with code and state after "Authorize app", keeping the query of the redirect URI', async () => {
    const sandbox = await sandboxForTest();
    const fields = authorizeQuery(newVerifier(), { redirect_uri: 'https://app.example/cb?from=x' });
    const target = await consent(sandbox, { ...fields, username: 'acme_coffee', decision: 'allow' });
    expect(target.origin + target.pathname).toBe('https://app.example/cb');
    expect(target.searchParams.get('from')).toBe('x');
    expect(target.searchParams.get('state')).toBe('state-of-the-client');
    expect(target.searchParams.get('code')).toMatch(/^[\w-]{40,}$/);
  });

  test('redirects with access_denied after "Cancel"', async () => {
    const sandbox = await sandboxForTest();
    const target = await consent(sandbox, { ...authorizeQuery(newVerifier()), decision: 'deny' });
    expect(Object.fromEntries(target.searchParams)).toEqual({ state: 'state-of-the-client', error: 'access_denied' });
  });

  test.each([
    ['an unknown client', { client_id: 'someone-else' }],
    ['a scope X does not have', { scope: 'tweet.read everything' }],
    ['a state over 500 characters', { state: 's'.repeat(501) }],
    ['a redirect that is no http address', { redirect_uri: 'javascript:alert(1)' }],
    ['an unknown challenge method', { code_challenge_method: 'S512' }],
    ['another response type', { response_type: 'token' }],
  ])('refuses %s without redirecting', async (_what, change) => {
    const sandbox = await sandboxForTest();
    const fields = { ...authorizeQuery(newVerifier(), change), username: 'acme_coffee', decision: 'allow' };
    const query = new URLSearchParams(fields);
    expect((await send(`${sandbox.url}/i/oauth2/authorize?${query.toString()}`)).status).toBe(400);
    const posted = await send(`${sandbox.url}/i/oauth2/authorize`, { method: 'POST', body: query });
    expect([posted.status, posted.headers.get('location')]).toEqual([400, null]);
  });

  test('refuses users outside the app, and unregistered redirect URIs once some are registered', async () => {
    const sandbox = await sandboxForTest();
    const fields = { ...authorizeQuery(newVerifier()), decision: 'allow' };
    const stranger = consent(sandbox, { ...fields, username: 'some_reader' });
    await expect(stranger).rejects.toThrow('no redirect: 400');
    await control(sandbox, 'PATCH', 'settings', { redirectUris: ['https://app.example/only'] });
    await expect(consent(sandbox, { ...fields, username: 'acme_coffee' })).rejects.toThrow('not registered');
  });
});

describe('an authorization code', () => {
  test("can be exchanged once, for a pair of tokens in X's form", async () => {
    const sandbox = await sandboxForTest();
    const code = await codeFor(sandbox, 'acme_coffee');
    const first = await exchange(sandbox, code);
    expect(first.status).toBe(200);
    expect(tokensOf(first)).toMatchObject({ token_type: 'bearer', expires_in: 7200, scope: SCOPES });
    expect(tokensOf(first).refresh_token).toBeDefined();
    const second = await exchange(sandbox, code);
    expect([second.status, second.json]).toEqual([400, INVALID_CODE]);
  });

  test('is valid for 30 seconds', async () => {
    const sandbox = await sandboxForTest();
    const [early, late] = [await codeFor(sandbox, 'acme_coffee'), await codeFor(sandbox, 'acme_coffee')];
    await control(sandbox, 'POST', 'clock', { advanceMs: 29_000 });
    expect((await exchange(sandbox, early)).status).toBe(200);
    await control(sandbox, 'POST', 'clock', { advanceMs: 1001 });
    const answer = await exchange(sandbox, late);
    expect([answer.status, answer.json]).toEqual([400, INVALID_CODE]);
  });

  test('requires the verifier of its challenge and the same redirect URI', async () => {
    const sandbox = await sandboxForTest();
    const wrongVerifier = { ...(await codeFor(sandbox, 'acme_coffee')), verifier: newVerifier() };
    const wrong = await exchange(sandbox, wrongVerifier);
    expect([wrong.status, at(wrong.json, 'error')]).toEqual([400, 'invalid_request']);
    const { code, verifier } = await codeFor(sandbox, 'acme_coffee');
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier };
    const elsewhere = await postToken(sandbox, { ...fields, redirect_uri: `${REDIRECT_URI}/` });
    expect([elsewhere.status, at(elsewhere.json, 'error_description')]).toEqual([
      400,
      'Value passed for the redirect uri did not match the uri of the authorization code.',
    ]);
  });

  test.each(['S256', 's256', 'plain'])('accepts a challenge with the method %s', async (method) => {
    const sandbox = await sandboxForTest();
    const verifier = newVerifier();
    const change = { code_challenge_method: method, ...(method === 'plain' && { code_challenge: verifier }) };
    const target = await consent(sandbox, {
      ...authorizeQuery(verifier, change),
      username: 'acme_coffee',
      decision: 'allow',
    });
    const code = target.searchParams.get('code') ?? '';
    expect((await exchange(sandbox, { code, verifier })).status).toBe(200);
  });
});

describe("the client's credentials", () => {
  test('are accepted in a JSON body, and refused when the header is wrong or missing', async () => {
    const sandbox = await sandboxForTest();
    const { code, verifier } = await codeFor(sandbox, 'acme_coffee');
    const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT_URI };
    const tokenUrl = `${sandbox.url}/2/oauth2/token`;
    const none = await send(tokenUrl, { method: 'POST', body: new URLSearchParams(fields) });
    const expected = { error: 'unauthorized_client', error_description: 'Missing valid authorization header' };
    expect([none.status, none.json]).toEqual([401, expected]);
    const headers = { authorization: `Basic ${Buffer.from('x-sandbox-app:wrong').toString('base64')}` };
    const wrong = await send(tokenUrl, { method: 'POST', headers, body: new URLSearchParams(fields) });
    expect([wrong.status, wrong.json]).toEqual([401, expected]);
    const body = JSON.stringify({ ...fields, client_id: 'x-sandbox-app', client_secret: 'x-sandbox-secret' });
    const json = { 'content-type': 'application/json;charset=UTF-8' };
    expect((await send(tokenUrl, { method: 'POST', headers: json, body })).status).toBe(200);
  });

  test('can be set when the sandbox starts, with characters that need encoding', async () => {
    const sandbox = await sandboxForTest({ clientId: 'my app', clientSecret: 'p:ä%' });
    const basic = (secret: string) =>
      `Basic ${Buffer.from(`my%20app:${encodeURIComponent(secret)}`).toString('base64')}`;
    const body = new URLSearchParams({ token: 'anything' });
    const revoke = (secret: string) =>
      send(`${sandbox.url}/2/oauth2/revoke`, { method: 'POST', headers: { authorization: basic(secret) }, body });
    expect((await revoke('p:ä%')).status).toBe(200);
    expect((await revoke('other')).status).toBe(401);
  });
});

describe('tokens', () => {
  test("an access token expires after 7,200 seconds, with X's 401", async () => {
    const sandbox = await sandboxForTest();
    const { access_token } = await connect(sandbox);
    expect((await call(sandbox, access_token, 'GET', '/2/users/me')).status).toBe(200);
    await control(sandbox, 'POST', 'clock', { advanceMs: 7_200_001 });
    const answer = await call(sandbox, access_token, 'GET', '/2/users/me');
    expect(answer.json).toEqual({ title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' });
    expect(answer.status).toBe(401);
  });

  test('a refresh returns a new pair and invalidates the old access token', async () => {
    const sandbox = await sandboxForTest();
    const old = await connect(sandbox);
    const fields = { grant_type: 'refresh_token', refresh_token: old.refresh_token ?? '' };
    const fresh = tokensOf(await postToken(sandbox, fields));
    expect(fresh.refresh_token).not.toBe(old.refresh_token);
    expect((await call(sandbox, old.access_token, 'GET', '/2/users/me')).status).toBe(401);
    expect((await call(sandbox, fresh.access_token, 'GET', '/2/users/me')).status).toBe(200);
  });

  test('reusing a spent refresh token revokes the whole family', async () => {
    const sandbox = await sandboxForTest();
    const old = await connect(sandbox);
    const spent = { grant_type: 'refresh_token', refresh_token: old.refresh_token ?? '' };
    const fresh = tokensOf(await postToken(sandbox, spent));
    const replay = await postToken(sandbox, spent);
    expect([replay.status, replay.json]).toEqual([400, INVALID_TOKEN]);
    expect((await call(sandbox, fresh.access_token, 'GET', '/2/users/me')).status).toBe(401);
    const next = await postToken(sandbox, { ...spent, refresh_token: fresh.refresh_token ?? '' });
    expect([next.status, next.json]).toEqual([400, INVALID_TOKEN]);
  });

  test('no refresh token is issued without offline.access', async () => {
    const sandbox = await sandboxForTest();
    expect((await connect(sandbox, 'acme_coffee', 'tweet.read users.read')).refresh_token).toBeUndefined();
  });

  test('revoking the refresh token ends the connection, and revoking an unknown token succeeds', async () => {
    const sandbox = await sandboxForTest();
    const { access_token, refresh_token = '' } = await connect(sandbox);
    for (const token of [refresh_token, 'never-issued']) {
      const answer = await postToken(sandbox, { token }, '/2/oauth2/revoke');
      expect([answer.status, answer.json]).toEqual([200, { revoked: true }]);
    }
    expect((await call(sandbox, access_token, 'GET', '/2/users/me')).status).toBe(401);
    expect((await postToken(sandbox, { grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });

  test('a user who withdraws consent invalidates only the tokens for that user', async () => {
    const sandbox = await sandboxForTest();
    const [coffee, premium] = [await connect(sandbox), await connect(sandbox, 'acme_premium')];
    await control(sandbox, 'POST', 'revoke', { username: 'acme_coffee' });
    expect((await call(sandbox, coffee.access_token, 'GET', '/2/users/me')).status).toBe(401);
    expect((await call(sandbox, premium.access_token, 'GET', '/2/users/me')).status).toBe(200);
  });

  test("an operation without its scope gets X's general refusal", async () => {
    const sandbox = await sandboxForTest();
    const { access_token } = await connect(sandbox, 'acme_coffee', 'tweet.read users.read');
    const answer = await call(sandbox, access_token, 'POST', '/2/tweets', { text: 'hello' });
    expect([answer.status, at(answer.json, 'detail')]).toEqual([403, 'You are not permitted to perform this action.']);
  });

  test("the app's own token reads posts but gets a 403 for operations of users", async () => {
    const sandbox = await sandboxForTest();
    const init = {
      method: 'POST',
      headers: { authorization: BASIC },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    };
    const bearer = String(at((await send(`${sandbox.url}/oauth2/token`, init)).json, 'access_token'));
    expect((await call(sandbox, bearer, 'GET', '/2/tweets?ids=1')).status).toBe(200);
    const me = await call(sandbox, bearer, 'GET', '/2/users/me');
    expect([me.status, at(me.json, 'title')]).toEqual([403, 'Unsupported Authentication']);
  });
});
