import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer } from '../../infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { giveRole } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number() });

const maya = new Marketer(stage);
const post = (path: string, body: unknown) =>
  send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('a sign-up', () => {
  test('opens nothing before it is confirmed with the mailed code', async () => {
    await maya.signUp();
    const { email, password } = maya;
    expectProblem(await post('/v1/auth/sign-in', { email, password }), 401, 'invalid_credentials');
    const code = await maya.readCode();
    const wrong = code === '123456' ? '654321' : '123456';
    expectProblem(await post('/v1/auth/confirm', { email, code: wrong }), 400, 'invalid_code');
    await maya.confirm(code);
    // The reply may have been lost: the same request again is answered the same.
    await maya.confirm(code);
    expectProblem(await post('/v1/auth/confirm', { email, code: wrong }), 400, 'invalid_code');
    await maya.signIn();
    expect((await whereIs(maya)).role).toBe('owner');
  });

  test('does not tell whether an address is known', async () => {
    const { email } = maya;
    const stranger = 'nobody.here@example.com';
    const password = 'Correct-Horse-9-Battery';
    const signUp = (address: string) =>
      post('/v1/auth/sign-up', { email: address, password, name: 'Eve', workspaceName: 'Eve' });
    for (const [one, other] of [
      [await signUp(email), await signUp(`new.${Date.now()}@example.com`)],
      [await post('/v1/auth/resend', { email }), await post('/v1/auth/resend', { email: stranger })],
      [
        await post('/v1/auth/sign-in', { email, password: 'Wrong-Horse-9-Battery' }),
        await post('/v1/auth/sign-in', { email: stranger, password }),
      ],
    ] as const) {
      const { correlationId: _, ...said } = z.looseObject({}).parse(one.body);
      expect(other).toMatchObject({ status: one.status, body: said });
    }
    // Nothing of her sign-up has changed.
    await maya.signIn();
    expect((await whereIs(maya)).role).toBe('owner');
  });
});

describe('a session', () => {
  const refresh = (refreshToken: string) => post('/v1/auth/refresh', { refreshToken });
  beforeAll(() => maya.signIn());

  test('is renewed with the refresh token, and then carries the role of today', async () => {
    const { refreshToken } = maya;
    await giveRole(maya, 'analyst');
    const renewed = Tokens.parse((await refresh(refreshToken)).body);
    expect(claimsOf(renewed.accessToken)).toMatchObject({ role: 'analyst' });
    await giveRole(maya, 'owner');
    expectProblem(await refresh(maya.accessToken), 401, 'invalid_refresh_token');
    expectProblem(await refresh('made-up'), 401, 'invalid_refresh_token');
  });

  test('ends with the sign-out', async () => {
    const { refreshToken } = maya;
    expect((await maya.call('POST', '/v1/auth/sign-out', { refreshToken })).status).toBe(204);
    expectProblem(await refresh(refreshToken), 401, 'invalid_refresh_token');
    // Once more changes nothing.
    expect((await maya.call('POST', '/v1/auth/sign-out', { refreshToken })).status).toBe(204);
  });
});
