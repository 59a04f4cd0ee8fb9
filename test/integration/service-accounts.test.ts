import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer } from '#infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { stage } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';

const Made = z.object({ clientId: z.string(), clientSecret: z.string() });
const Token = z.object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number() });

const owner = new Marketer(stage, 'owner');
beforeAll(() => owner.join());

const create = (more: object = {}) =>
  owner.do(Made, 'POST', '/v1/service-accounts', { name: 'Exporter', role: 'editor', ...more });
const exchange = ({ clientId, clientSecret }: z.infer<typeof Made>) =>
  send('POST', '/v1/auth/token', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }),
  });
const asMachine = (token: string, method: string, path: string, body?: object) =>
  send(method, path, {
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

test('a service account gets a token for one hour, and acts in its workspace within its role', async () => {
  const { workspaceId } = await whereIs(owner);
  const made = await create();
  const { access_token: token, expires_in: seconds } = Token.parse((await exchange(made)).body);
  expect(seconds).toBe(3600);
  const claims = z.looseObject({ exp: z.number(), iat: z.number() }).parse(claimsOf(token));
  expect(claims.exp - claims.iat).toBe(3600);
  expect(claims).toMatchObject({ person_id: made.clientId, workspace_id: workspaceId, role: 'editor' });
  const me = await asMachine(token, 'GET', '/v1/me');
  expect(me).toMatchObject({ status: 200, body: { person: { id: made.clientId, email: '' }, role: 'editor' } });
  expect((await asMachine(token, 'GET', '/v1/posts')).status).toBe(200);
  expectProblem(await asMachine(token, 'GET', '/v1/audit-events'), 403, 'role_lacks_permission');
  expectProblem(await asMachine(token, 'POST', '/v1/workspaces', { name: 'Mine' }), 403, 'only_for_people');
  const read = await owner.call('GET', `/v1/service-accounts/${made.clientId}`);
  expect(read.body).toMatchObject({ lastUsedAt: expect.stringMatching(/Z$/) as unknown });
});

test('a service account with role admin is rejected with only_for_people when it grants access or changes settings', async () => {
  const { access_token: token } = Token.parse((await exchange(await create({ role: 'admin' }))).body);
  const invited = { email: 'accomplice@example.com', role: 'admin' };
  expectProblem(await asMachine(token, 'POST', '/v1/invitations', invited), 403, 'only_for_people');
  const machine = { name: 'Second', role: 'admin' };
  expectProblem(await asMachine(token, 'POST', '/v1/service-accounts', machine), 403, 'only_for_people');
  expectProblem(await asMachine(token, 'PATCH', '/v1/workspace', { requireMfa: false }), 403, 'only_for_people');
  expectProblem(await asMachine(token, 'POST', '/v1/accounts/connections/start', {}), 403, 'only_for_people');
  expect((await asMachine(token, 'GET', '/v1/audit-events')).status).toBe(200);
});

test('the token endpoint accepts HTTP Basic authentication, and rejects a form with not_json', async () => {
  const { clientId, clientSecret } = await create();
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const ask = (contentType: string, body: string) =>
    send('POST', '/v1/auth/token', { headers: { authorization, 'content-type': contentType }, body });
  expect((await ask('application/json', '{"grant_type":"client_credentials"}')).status).toBe(200);
  const form = await ask('application/x-www-form-urlencoded', 'grant_type=client_credentials');
  expectProblem(form, 415, 'not_json');
});

test('concurrent token requests all succeed', async () => {
  const made = await create();
  const answers = await Promise.all(Array.from({ length: 4 }, () => exchange(made)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('a rotated secret stays valid during the overlap, and a deleted service account is rejected with invalid_client', async () => {
  const made = await create();
  const path = `/v1/service-accounts/${made.clientId}`;
  const next = await owner.do(Made, 'POST', `${path}/rotate`, {});
  expect((await exchange(made)).status).toBe(200);
  expect((await exchange(next)).status).toBe(200);
  const last = await owner.do(Made, 'POST', `${path}/rotate`, { overlapHours: 0 });
  expectProblem(await exchange(next), 401, 'invalid_client');
  expect((await exchange(last)).status).toBe(200);
  expect((await owner.call('DELETE', path)).status).toBe(204);
  expectProblem(await exchange(last), 401, 'invalid_client');
});

test('a token request from outside the allowed addresses is rejected with address_not_allowed', async () => {
  const made = await create({ allowedAddresses: ['203.0.113.0/24'] });
  expectProblem(await exchange(made), 403, 'address_not_allowed');
  const here = await create({ allowedAddresses: ['127.0.0.0/8', '::1/128'] });
  expect((await exchange(here)).status).toBe(200);
});
