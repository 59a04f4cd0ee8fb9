import { createServer, type Server } from 'node:http';
import { ApiError, Client } from '@xdevplatform/xdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { classify, provesNothingDone, scarceLimit, XError } from '#functions/accounts/domain/x-failure.ts';
import { callX, xClient } from '#functions/accounts/x/client.ts';
import { containing } from '../harness.ts';

/*
 * Every error body X is known to send, over a real socket, through twitter-api-v2, which the platform uses, and through
 * X's own SDK: the classification depends on neither.
 */

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const old = 'https://api.twitter.com/2/problems/';
const now = 'https://api.x.com/2/problems/';
const forbidden = (detail: string, type = 'about:blank') => ({
  status: 403,
  body: { title: 'Forbidden', status: 403, type, detail },
});
const limit = (prefix: string, remaining: number, reset: number) => ({
  [`${prefix}-limit`]: '100',
  [`${prefix}-remaining`]: String(remaining),
  [`${prefix}-reset`]: String(reset),
});

const answers: Record<string, [Answer, object]> = {
  'a duplicate': [forbidden('You are not allowed to create a Tweet with duplicate content.'), { kind: 'duplicate' }],
  'a duplicate, as version 1.1 says it': [
    { status: 403, body: { errors: [{ code: 187, message: 'Status is a duplicate.' }] } },
    { kind: 'duplicate' },
  ],
  'a reply nobody asked for, before July 2026': [
    forbidden(
      'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
    ),
    { kind: 'forbidden', reason: containing('only if the author') },
  ],
  'a reply nobody asked for': [
    forbidden(
      'You can only reply to or quote posts where you are mentioned or are the author.',
      `${now}not-authorized-for-resource`,
    ),
    { kind: 'forbidden', reason: containing('only if the author') },
  ],
  'the general refusal': [
    forbidden('You are not permitted to perform this action.'),
    { kind: 'forbidden', reason: containing('too long for it') },
  ],
  'a video that is too long': [
    forbidden('This user is not allowed to post a video longer than 20 minutes.'),
    { kind: 'forbidden', reason: containing('video is longer') },
  ],
  'a refusal in words nobody knows': [
    forbidden('The moon is in the wrong house.'),
    { kind: 'forbidden', reason: 'X refused it: The moon is in the wrong house.' },
  ],
  'a suspended account': [
    forbidden('The user used for authentication is suspended', `${old}user-suspended`),
    { kind: 'suspended' },
  ],
  'a suspended account, under the new address': [forbidden('x', `${now}user-suspended`), { kind: 'suspended' }],
  'a suspended account, as version 1.1 says it': [
    { status: 403, body: { errors: [{ code: 64, message: 'Your account is suspended.' }] } },
    { kind: 'suspended' },
  ],
  'a locked account': [
    {
      status: 403,
      body: { errors: [{ code: 326, message: 'this account is temporarily locked', bounce_location: '/x' }] },
    },
    { kind: 'locked' },
  ],
  'an app that is not enrolled': [
    {
      status: 403,
      body: { title: 'Client Forbidden', reason: 'client-not-enrolled', detail: 'd', type: `${old}client-forbidden` },
    },
    { kind: 'app_not_enrolled' },
  ],
  'the wrong kind of token': [
    {
      status: 403,
      body: { title: 'Unsupported Authentication', detail: 'wrong kind', type: `${now}unsupported-authentication` },
    },
    { kind: 'forbidden', reason: 'X refused it: wrong kind.' },
  ],
  'no credits': [
    { status: 402, body: { account_id: 1, title: 'CreditsDepleted', detail: 'no credits', type: `${old}credits` } },
    { kind: 'credits_spent' },
  ],
  'the spending limit': [
    { status: 403, body: { title: 'SpendCapReached', reset_date: '2026-12-01', detail: 'd', type: `${old}credits` } },
    { kind: 'spend_capped', resetDate: '2026-12-01' },
  ],
  'the spending limit without a date': [
    { status: 403, body: { title: 'SpendCapReached' } },
    { kind: 'spend_capped', resetDate: null },
  ],
  'the usage cap, with healthy headers': [
    {
      status: 429,
      body: { title: 'UsageCapExceeded', period: 'Monthly', detail: 'Usage cap exceeded', type: `${old}usage-capped` },
      headers: limit('x-rate-limit', 39_999, 1_795_340_000),
    },
    { kind: 'usage_capped' },
  ],
  'a rate limit': [
    {
      status: 429,
      body: { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 },
      headers: limit('x-rate-limit', 0, 1_795_340_000),
    },
    { kind: 'rate_limited', resetAt: new Date(1_795_340_000_000).toISOString() },
  ],
  'a rate limit of the day, behind a healthy one of the quarter': [
    {
      status: 429,
      body: { errors: [{ code: 88, message: 'Rate limit exceeded' }] },
      headers: { ...limit('x-rate-limit', 57, 1_795_340_000), ...limit('x-user-limit-24hour', 0, 1_795_390_000) },
    },
    { kind: 'rate_limited', resetAt: new Date(1_795_390_000_000).toISOString() },
  ],
  'a rate limit without headers': [
    { status: 429, body: {} },
    { kind: 'rate_limited', resetAt: null },
  ],
  'a rate limit of the edge, as a page': [
    { status: 429, body: '<html>slow down</html>' },
    { kind: 'rate_limited', resetAt: null },
  ],
  'a bad request': [
    {
      status: 400,
      body: {
        errors: [{ message: 'Your media IDs are invalid.', parameters: { 'media.media_ids': ['1'] } }],
        title: 'Invalid Request',
        detail: 'One or more parameters to your request was invalid.',
        type: `${now}invalid-request`,
      },
    },
    { kind: 'invalid', reason: 'X refused it: Your media IDs are invalid.' },
  ],
  'a bad request whose reason stands in a problem of its own': [
    {
      status: 400,
      body: {
        errors: [{ title: 'Invalid Request', detail: 'The poll has one option.', type: `${now}invalid-request` }],
        title: 'Invalid Request',
        detail: 'One or more parameters to your request was invalid.',
        type: `${now}invalid-request`,
      },
    },
    { kind: 'invalid', reason: 'X refused it: The poll has one option.' },
  ],
  'a refusal that stands in a problem of its own alone': [
    { status: 403, body: { errors: [{ detail: 'The moon is in the wrong house.' }] } },
    { kind: 'forbidden', reason: 'X refused it: The moon is in the wrong house.' },
  ],
  'a refusal that stands in a message alone': [
    { status: 403, body: { errors: [{ message: 'The moon is in the wrong house.', detail: null }] } },
    { kind: 'forbidden', reason: 'X refused it: The moon is in the wrong house.' },
  ],
  'a duplicate that stands in a problem of its own': [
    {
      status: 403,
      body: {
        title: 'Forbidden',
        errors: [{ detail: 'You are not allowed to create a Tweet with duplicate content.' }],
      },
    },
    { kind: 'duplicate' },
  ],
  'a refused refresh token': [
    { status: 400, body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' } },
    { kind: 'invalid', reason: 'X refused it: Value passed for the token was invalid.' },
  ],
  'an expired access token': [
    { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } },
    { kind: 'unauthorized' },
  ],
  'a post that is not there': [
    { status: 404, body: { title: 'Not Found Error', type: `${now}resource-not-found`, detail: 'd' } },
    { kind: 'not_found' },
  ],
  'a chunk that is too large, without a body': [
    { status: 413, body: '' },
    { kind: 'invalid', reason: containing('too large') },
  ],
  'a refusal by something before X': [{ status: 403, body: '<html>blocked</html>' }, { kind: 'unknown_outcome' }],
  'a 500 in JSON': [
    { status: 500, body: { title: 'Internal Server Error', type: 'about:blank', status: 500 } },
    { kind: 'unknown_outcome' },
  ],
  'a 500 with strings for errors': [
    { status: 500, body: { errors: ['internal server error'] } },
    { kind: 'unknown_outcome' },
  ],
  'a 502 page': [{ status: 502, body: '<html>Bad Gateway</html>' }, { kind: 'unknown_outcome' }],
  'a 503 in plain text': [{ status: 503, body: 'over capacity' }, { kind: 'unknown_outcome' }],
  'a 504 without a body': [{ status: 504, body: '' }, { kind: 'unknown_outcome' }],
};

let server: Server;
let apiUrl: string;
let answer: Answer = { status: 200, body: {} };

beforeAll(async () => {
  server = createServer((_, response) => {
    const isJson = typeof answer.body !== 'string';
    response.writeHead(answer.status, { 'content-type': isJson ? 'application/json' : 'text/html', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  apiUrl = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const byTwitterApi = async () => {
  const client = xClient('token', { apiUrl, timeoutMs: 2_000 });
  const call = () => client.v2.post('tweets', { text: 'x' }, { fullResponse: true });
  const failed = await callX(call, () => undefined).catch((error: unknown) => error);
  return failed instanceof XError ? failed.failure : failed;
};

const byXdk = async () => {
  const client = new Client({ accessToken: 'token', baseUrl: apiUrl });
  const failed = await client.posts.create({ text: 'x' }).catch((error: unknown) => error);
  if (!(failed instanceof ApiError)) return failed;
  return classify({ status: failed.status, headers: Object.fromEntries(failed.headers), body: failed.data });
};

describe.each(Object.entries(answers))('%s', (_, [given, failure]) => {
  test('is classified through twitter-api-v2', async () => {
    answer = given;
    expect(await byTwitterApi()).toEqual(failure);
  });

  test("is classified the same through X's own SDK", async () => {
    answer = given;
    expect(await byXdk()).toEqual(failure);
  });
});

test.each([
  ['nobody listens', 'http://127.0.0.1:1'],
  ['the name is unknown', 'http://x.invalid'],
])('a call has an unknown outcome when %s', async (_, url) => {
  const client = xClient('token', { apiUrl: url, timeoutMs: 2_000 });
  const call = () => client.v2.get('users/me', {}, { fullResponse: true });
  await expect(callX(call, () => true)).rejects.toMatchObject({ failure: { kind: 'unknown_outcome' } });
});

test('an error of our own is not taken for a failure of X', async () => {
  await expect(
    callX(
      () => Promise.reject(new TypeError('a bug')),
      () => true,
    ),
  ).rejects.toThrow('a bug');
});

test('a rate limit is reported only when less than a fifth of it is left', () => {
  const window = (name: string, remaining: number, of: number, reset: number) => ({
    ...limit(name, remaining, reset),
    [`${name}-limit`]: String(of),
  });
  expect(scarceLimit(window('x-rate-limit', 20, 100, 1_795_340_000))).toBeNull();
  expect(scarceLimit(window('x-rate-limit', 19, 100, 10))).toEqual({
    remaining: 19,
    resetAt: '1970-01-01T00:00:10.000Z',
  });
  expect(scarceLimit({ 'x-rate-limit-remaining': '0' })).toBeNull();
  expect(scarceLimit({})).toBeNull();
  // Of several used-up limits the last to reset counts, ahead of one that is only scarce.
  const used = { ...window('x-rate-limit', 0, 100, 10), ...window('x-app-limit-24hour', 0, 10_000, 20) };
  expect(scarceLimit({ ...used, ...window('x-user-limit-24hour', 1, 100, 99) })).toEqual({
    remaining: 0,
    resetAt: '1970-01-01T00:00:20.000Z',
  });
});

test('only an unknown outcome leaves open whether X carried out the call', () => {
  expect(provesNothingDone({ kind: 'unknown_outcome' })).toBe(false);
  expect(provesNothingDone({ kind: 'duplicate' })).toBe(true);
});
