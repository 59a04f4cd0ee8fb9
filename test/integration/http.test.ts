import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Answer, eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { allOperations } from '#infra/openapi.ts';
import { asksForSignIn } from '#shared/http/operation.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { inMs, type Post, read, schedule, write } from '../support/integration/desk.ts';
import { endedExecutions } from '../support/integration/executions.ts';
import { logged } from '../support/integration/logs.ts';
import { stage } from '../support/integration/stage.ts';
import { poolKey, resigned, strangersKey, unsigned } from '../support/integration/tokens.ts';

const maya = new Marketer(stage);
let accountId = '';
beforeAll(async () => {
  await maya.join();
  accountId = await maya.connect(await newXUser(stage));
});

const draft = (): Promise<Post> => write(maya, accountId, `A draft, ${randomUUID()}.`);
const json = { 'content-type': 'application/json' };
const signedIn = () => ({ authorization: `Bearer ${maya.accessToken}` });
const guarded = allOperations.map(({ operation }) => operation).filter(({ access }) => asksForSignIn(access));
const somewhere = (path: string): string =>
  path.replace(/\{(\w)\w+\}/g, (_, first: string) => {
    const prefix = { p: 'pst', m: 'med', c: 'cmp', a: 'acc' }[first] ?? 'pst';
    return `${prefix}_01KATJ9V5H8Q3M4N5P6R7S8T9V`;
  });

describe('authentication', () => {
  const hour = 3600;
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const tokens: [string, () => string | undefined][] = [
    ['no token', () => undefined],
    ['an empty token', () => 'Bearer '],
    ['something that is no token', () => 'Bearer let-me-in'],
    ['a token in three wrong parts', () => 'Bearer e30.e30.e30'],
    ['another scheme', () => `Basic ${maya.accessToken}`],
    ['a refresh token', () => `Bearer ${maya.refreshToken}`],
    ['a cut token', () => `Bearer ${maya.accessToken.slice(0, -3)}`],
    ['an unsigned token', () => `Bearer ${unsigned(maya.accessToken)}`],
    ["a stranger's signature", () => `Bearer ${resigned(maya.accessToken, strangersKey())}`],
    ['another role under the old signature', () => `Bearer ${withClaims({ role: 'admin' })}`],
    ['an expired token', () => `Bearer ${resigned(maya.accessToken, poolKey(), { exp: nowSeconds() - 1 })}`],
    ['a token of later', () => `Bearer ${resigned(maya.accessToken, poolKey(), { iat: nowSeconds() + hour })}`],
    ["another client's token", () => `Bearer ${resigned(maya.accessToken, poolKey(), { client_id: 'another' })}`],
    ["another pool's token", () => `Bearer ${resigned(maya.accessToken, poolKey(), { iss: 'https://other.example' })}`],
  ];
  const withClaims = (claims: object): string => {
    const [header, payload = '', signature] = maya.accessToken.split('.');
    const before: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const after = JSON.stringify({ ...Object(before), ...claims });
    return [header, Buffer.from(after).toString('base64url'), signature].join('.');
  };

  test.each(tokens)('%s: every guarded operation returns 401', async (_, authorization) => {
    const value = authorization();
    for (const { method, path } of guarded) {
      const answer = await send(method, somewhere(path), {
        headers: value === undefined ? {} : { authorization: value },
      });
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
  });

  test("a token signed with the pool's key is accepted", async () => {
    const token = resigned(maya.accessToken, poolKey());
    expect(await send('GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } })).toMatchObject({
      status: 200,
    });
  });

  test('a token without a workspace_id claim is rejected with not_signed_in', async () => {
    const token = resigned(maya.accessToken, poolKey(), { workspace_id: undefined });
    const answer = await send('GET', '/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expectProblem(answer, 401, 'not_signed_in');
  });
});

describe('a request that matches no operation', () => {
  test('is rejected with no_such_operation when its path is unknown', async () => {
    for (const path of ['/v1/nope', '/v1/posts/a/b/c', '/v1/', '/v1/posts/']) {
      expectProblem(await send('GET', path), 404, 'no_such_operation');
    }
  });

  test.each([
    ['PUT', '/v1/posts', 'GET, HEAD, POST'],
    ['POST', '/v1/posts/pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', 'DELETE, GET, HEAD, PATCH'],
    ['DELETE', '/v1/health', 'GET, HEAD'],
    ['GET', '/v1/auth/sign-in', 'POST'],
  ])('%s %s: is rejected with method_not_allowed and lists the allowed methods', async (method, path, allow) => {
    const answer = await send(method, path);
    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe(allow);
  });
});

describe('every GET operation', () => {
  const readable = allOperations
    .map(({ operation }) => operation)
    .filter(({ method, access }) => method === 'GET' && access !== 'operator');

  test('answers HEAD with the same status and headers, and no body', async () => {
    const moving = new Set([
      ...['date', 'x-correlation-id', 'apigw-requestid', 'ratelimit'],
      ...['content-length', 'transfer-encoding', 'connection', 'keep-alive'],
    ]);
    const told = ({ status, headers }: Answer) => ({
      status,
      headers: [...headers.entries()].filter(([name]) => !moving.has(name)),
    });
    for (const { path } of readable) {
      const asked = somewhere(path);
      const [read, headed] = await Promise.all(['GET', 'HEAD'].map((method) => maya.call(method, asked)));
      expect(headed?.body, path).toBeUndefined();
      expect(headed && told(headed), path).toEqual(read && told(read));
    }
  });
});

test('the Location header of a created post leads to it', async () => {
  const { headers, body } = await maya.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Here.' }] });
  const location = headers.get('location') ?? '';
  expect((await maya.call('GET', location)).body).toEqual(body);
});

test('a post for an unknown account is rejected with account_not_found without delay', async () => {
  const started = performance.now();
  const body = { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V', parts: [{ text: 'For nobody.' }] };
  expectProblem(await maya.call('POST', '/v1/posts', body), 404, 'account_not_found');
  // Well below the two seconds that a request waits for the event about a new account.
  expect(performance.now() - started).toBeLessThan(1_500);
});

describe('validation of a request', () => {
  const post = (body: string | undefined, headers: Record<string, string> = json) =>
    send('POST', '/v1/posts', { headers: { ...signedIn(), ...headers }, ...(body !== undefined && { body }) });

  test('rejects unknown fields in the body, in a part and in the query', async () => {
    const parts = [{ text: 'Hello' }];
    const inBody = await maya.call('POST', '/v1/posts', { accountId, parts, status: 'published' });
    expect(expectProblem(inBody, 400, 'invalid_body').fields).toMatchObject([{ code: 'unrecognized_keys' }]);
    const inPart = await maya.call('POST', '/v1/posts', { accountId, parts: [{ text: 'Hello', xPostId: '1' }] });
    expect(expectProblem(inPart, 400, 'invalid_body').fields).toMatchObject([{ path: 'body.parts.0' }]);
    expectProblem(await maya.call('GET', '/v1/posts?workspaceId=wsp_1'), 400, 'invalid_query');
    const nothing = await maya.call('POST', `/v1/posts/${(await draft()).id}/publish`, { at: 'once' });
    expectProblem(nothing, 400, 'invalid_body');
  });

  test('names each invalid field, and rejects an invalid path or query', async () => {
    const problem = expectProblem(
      await maya.call('POST', '/v1/posts', { accountId: 7, parts: [] }),
      400,
      'invalid_body',
    );
    expect(problem.fields?.map(({ path }) => path)).toEqual(['body.accountId', 'body.parts']);
    expectProblem(await maya.call('GET', '/v1/posts/no-id'), 400, 'invalid_path');
    expectProblem(await maya.call('GET', '/v1/posts?limit=101'), 400, 'invalid_query');
  });

  test.each([
    ['cut', '{"accountId":'],
    ['two values', '{}{}'],
    ['a trailing comma', '{"parts":[],}'],
    ['a lone surrogate', '{"accountId":"\\ud800"}'],
  ])('rejects malformed JSON (%s) with malformed_json', async (_, body) => {
    expectProblem(await post(body), 400, 'malformed_json');
  });

  test('rejects bytes that are not UTF-8 with malformed_json, and NUL with nul_in_text', async () => {
    const parts = JSON.stringify({ accountId, parts: [{ text: 'Caf\u00e9' }] });
    const latin1 = { headers: { ...signedIn(), ...json }, body: new Uint8Array(Buffer.from(parts, 'latin1')) };
    expectProblem(await send('POST', '/v1/posts', latin1), 400, 'malformed_json');
    const withNul = { accountId, parts: [{ text: 'a\u0000b' }] };
    expectProblem(await maya.call('POST', '/v1/posts', withNul), 400, 'nul_in_text');
  });

  test('rejects an array, a number, null or a string in place of an object', async () => {
    for (const body of ['[]', '1', 'null', '"text"']) expectProblem(await post(body), 400, 'invalid_body');
  });

  test('rejects a missing body with body_missing, and deep nesting with body_too_deep', async () => {
    expectProblem(await post(undefined), 400, 'body_missing');
    expectProblem(await post('['.repeat(30) + ']'.repeat(30)), 400, 'body_too_deep');
  });

  test('rejects a content type other than JSON with not_json', async () => {
    const body = JSON.stringify({ accountId, parts: [{ text: 'Hello' }] });
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      expectProblem(await post(body, { 'content-type': type }), 415, 'not_json');
    }
    expect((await post(body, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(201);
  });

  test("rejects a body above the operation's limit with body_too_large", async () => {
    expectProblem(await post(JSON.stringify({ text: 'x'.repeat(1024 * 1024) })), 413, 'body_too_large');
    const { id } = await draft();
    const publishAt = { publishAt: inMs(60_000), padding: 'x'.repeat(64 * 1024) };
    expectProblem(await maya.call('POST', `/v1/posts/${id}/schedule`, publishAt), 413, 'body_too_large');
  });
});

test('a correlation id is passed from the request to the response, logs, events and workflow', async () => {
  await using spy = await spyOn((await whereIs(maya)).workspaceId);
  const correlationId = `test.${randomUUID()}`;
  const { id } = await draft();
  const body = { publishAt: soon() };
  const answer = await maya.call('POST', `/v1/posts/${id}/schedule`, body, { 'x-correlation-id': correlationId });
  expect(answer).toMatchObject({ status: 200 });
  expect(answer.headers.get('x-correlation-id')).toBe(correlationId);

  const [scheduled] = await spy.hears(
    'post.scheduled',
    ({ type, entityId }) => type === 'post.scheduled' && entityId === id,
  );
  expect(scheduled?.correlationId).toBe(correlationId);
  const [execution] = await endedExecutions('publish-post', id);
  expect(execution?.input.correlationId).toBe(correlationId);
  // The workflow passes it on to the resulting event.
  const [published] = await spy.hears(
    'post.published',
    ({ type, entityId }) => type === 'post.published' && entityId === id,
  );
  expect(published?.correlationId).toBe(correlationId);
  await eventually('log lines of the request in posts, and of the event in campaigns', async () => {
    const request = (await logged('posts', correlationId)).includes('request');
    const event = (await logged('campaigns', correlationId)).includes('event handled');
    return request && event ? true : undefined;
  });
});

test('an invalid correlation id is replaced in a problem, and a valid one is kept', async () => {
  for (const given of ['x'.repeat(65), 'a b', '<script>', 'a/b']) {
    const answer = await maya.call('GET', '/v1/posts/no-id', undefined, { 'x-correlation-id': given });
    expect(expectProblem(answer, 400, 'invalid_path').correlationId).not.toBe(given);
  }
  const asked = await maya.call('GET', '/v1/posts/no-id', undefined, { 'x-correlation-id': 'mine-1' });
  expect(expectProblem(asked, 400, 'invalid_path').correlationId).toBe('mine-1');
});

describe('an entity', () => {
  const change = (post: Post, text: string, ifMatch?: string) =>
    maya.call(
      'PATCH',
      `/v1/posts/${post.id}`,
      { parts: [{ text }] },
      ifMatch === undefined ? {} : { 'if-match': ifMatch },
    );

  test('can be changed only with the ETag of its latest version, or with *', async () => {
    const post = await draft();
    const seen = await maya.call('GET', `/v1/posts/${post.id}`);
    const etag = seen.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[^"]+"$/);
    expectProblem(await change(post, 'Blind.'), 428, 'if_match_missing');
    const changed = await change(post, 'First.', etag);
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    expectProblem(await change(post, 'Second.', etag), 412, 'precondition_failed');
    for (const foreign of ['"v999"', 'v1', 'W/"v2"', '"abc"']) {
      expectProblem(await change(post, 'Third.', foreign), 412, 'precondition_failed');
    }
    expect((await read(maya, post)).version).toBe(post.version + 1);
    expect((await change(post, 'Whatever it was.', '*')).status).toBe(200);
  });

  test('accepts one of two concurrent changes', async () => {
    const post = await draft();
    const answers = await Promise.all(['One.', 'Other.'].map((text) => change(post, text, `"v${post.version}"`)));
    const [won, lost] = answers.sort((one, other) => one.status - other.status);
    expect(won?.status).toBe(200);
    expect([409, 412]).toContain(lost?.status);
    expect((await read(maya, post)).version).toBe(post.version + 1);
  });

  test('honours If-Match even where the operation does not require it', async () => {
    const post = await draft();
    const path = `/v1/posts/${post.id}`;
    const stale = { 'if-match': '"v99"' };
    expectProblem(
      await maya.call('POST', `${path}/schedule`, { publishAt: inMs(60_000) }, stale),
      412,
      'precondition_failed',
    );
    expectProblem(await maya.call('DELETE', path, undefined, stale), 412, 'precondition_failed');
    expect((await schedule(maya, post, inMs(3_600_000))).status).toBe('scheduled');
  });
});
