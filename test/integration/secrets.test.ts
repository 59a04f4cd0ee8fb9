import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { consent, Marketer, newXUser } from '#infra/local/marketer.ts';
import { contextNames } from '#shared/contexts.ts';
import { send, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, publish, write } from '../support/integration/desk.ts';
import { linesOf, logGroups } from '../support/integration/logs.ts';
import { operatorToken } from '../support/integration/operators.ts';
import { nameOnStage, stage } from '../support/integration/stage.ts';
import { ageTokens, secretOfStage, tokensOf } from '../support/integration/vault.ts';
import { tellX } from '../support/integration/x.ts';

/** Any JSON Web Token. */
const jsonWebToken = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/;
const mailAddress = /[\w.]+@example\.com/;

test('no token, code, password or address appears in a log line, event or reply', async ({ annotate }) => {
  const maya = new Marketer(stage);
  const secrets = new Map<string, string>([
    ['password', maya.password],
    ['address', maya.email],
  ]);
  await maya.signUp();
  const mailedCode = await maya.readCode();
  await maya.confirm(mailedCode);
  await maya.signIn();
  const { workspaceId } = await whereIs(maya);
  await using spy = await spyOn(workspaceId);
  secrets.set('access token', maya.accessToken).set('refresh token', maya.refreshToken);

  const replies: unknown[] = [];
  const username = await newXUser(stage);
  const Begun = z.object({ authorizeUrl: z.string(), state: z.string() });
  const { authorizeUrl } = await maya.do(Begun, 'POST', '/v1/accounts/connections/start', {});
  const carried = await consent(authorizeUrl, username);
  secrets.set('code of X', carried.code).set('state', carried.state);
  const connected = await maya.call('POST', '/v1/accounts/connections', carried);
  const accountId = z.object({ id: z.string() }).parse(connected.body).id;
  const keepTokens = async (when: string) => {
    const tokens = await tokensOf(workspaceId, accountId);
    secrets
      .set(`X access token ${when}`, tokens?.accessToken ?? '')
      .set(`X refresh token ${when}`, tokens?.refreshToken ?? '');
  };
  await keepTokens('at first');
  await ageTokens(workspaceId, accountId);
  const post = await write(maya, accountId, `Nothing to hide, ${randomUUID()}.`);
  await publish(maya, post);
  await becomes(maya, post, 'published');
  await keepTokens('refreshed');

  // Failures are where secrets tend to leak.
  replies.push(connected.body, (await maya.call('POST', '/v1/accounts/connections', carried)).body);
  replies.push(
    (await maya.call('POST', '/v1/auth/sign-in', { email: maya.email, password: `${maya.password}!` })).body,
  );
  replies.push(
    (await maya.call('POST', '/v1/auth/confirm', { email: maya.email, code: mailedCode, extra: maya.password })).body,
  );
  replies.push((await maya.call('POST', '/v1/auth/refresh', { refreshToken: `${maya.refreshToken}x` })).body);
  const fault = { kind: 'html', status: 500, phase: 'before' };
  await tellX('POST', 'faults', [{ method: 'POST', path: '/2/oauth2/revoke', username, times: 'always', fault }]);
  expect((await maya.call('DELETE', `/v1/accounts/${accountId}`)).status).toBe(204);
  expect((await maya.call('POST', '/v1/auth/sign-out', { refreshToken: maya.refreshToken })).status).toBe(204);
  replies.push(
    (await maya.call('GET', `/v1/accounts/${accountId}`)).body,
    (await maya.call('GET', '/v1/accounts')).body,
  );
  replies.push((await maya.call('GET', '/v1/audit-events?limit=100')).body);
  await spy.hears('account.disconnected', ({ type }) => type === 'account.disconnected');
  await spy.hears('user.logout', ({ type }) => type === 'user.logout');

  const operators = await operatorToken();
  for (const token of [operators, `${operators.slice(1)}x`]) {
    replies.push((await send('GET', '/v1/posts/metrics', { headers: { authorization: `Bearer ${token}` } })).body);
  }
  secrets.set('token of the operators', operators).set('one that is almost theirs', operators.slice(1));
  const app = await secretOfStage();
  secrets.set('client secret', app.clientSecret).set('key of the vault', app.vaultKey);
  expect(secrets.get('X access token refreshed')).not.toBe(secrets.get('X access token at first'));
  for (const [what, value] of secrets) expect(value.length, what).toBeGreaterThan(10);

  const groups = await logGroups();
  for (const context of contextNames) expect(groups).toContain(`/aws/lambda/${nameOnStage(context)}`);
  const lines = (await Promise.all(groups.map((group) => linesOf(group)))).flat();
  expect(lines.some((line) => line.includes('tokens were erased but not revoked at X'))).toBe(true);
  const events = (await spy.heard()).map((event) => JSON.stringify(event));
  const told = [...lines, ...events, ...replies.map((reply) => JSON.stringify(reply))];
  await annotate(
    `${lines.length} log lines of ${groups.length} groups, ${events.length} events, ${replies.length} replies`,
  );
  for (const [what, secret] of secrets) {
    expect(
      told.filter((text) => text.includes(secret)),
      what,
    ).toEqual([]);
  }
  expect(told.filter((text) => jsonWebToken.test(text))).toEqual([]);
  expect(told.filter((text) => mailAddress.test(text))).toEqual([]);
});
