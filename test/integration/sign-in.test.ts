import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { giveRole } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string(), expiresIn: z.number() });

const FailedSignIns = z.object({ items: z.array(z.object({ attempts: z.int(), isLocked: z.boolean() })) });

const maya = new Marketer(stage);
const post = (path: string, body: unknown) =>
  send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

describe('a sign-up', () => {
  test('allows no sign-in until it is confirmed with the mailed code', async () => {
    await maya.signUp();
    const { email, password } = maya;
    expectProblem(await post('/v1/auth/sign-in', { email, password }), 401, 'invalid_credentials');
    const code = await maya.readCode();
    const wrong = 'ZZZZ-ZZZZ';
    const { signUpToken } = maya;
    const confirm = (given: object) => post('/v1/auth/confirm', { email, code, signUpToken, ...given });
    expectProblem(await confirm({ code: wrong }), 400, 'invalid_code');
    expectProblem(await confirm({ signUpToken: 'x'.repeat(43) }), 400, 'invalid_code');
    await maya.confirm(code);
    // The reply may have been lost, so the same request succeeds again.
    await maya.confirm(code);
    expectProblem(await confirm({ code: wrong }), 400, 'invalid_code');
    await maya.signIn();
    expect((await whereIs(maya)).role).toBe('owner');
  });

  test('does not reveal whether an address is registered, nor do resend and sign-in', async () => {
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
      // These differ for every request.
      const { correlationId: _, signUpToken: __, ...said } = z.looseObject({}).parse(one.body);
      expect(other).toMatchObject({ status: one.status, body: said });
    }
    // Maya's sign-up is unchanged.
    await maya.signIn();
    expect((await whereIs(maya)).role).toBe('owner');
  });
});

test('when two sign-ups await confirmation for one address, the confirmed one sets the password', async () => {
  const stranger = new Marketer(stage, 'stranger');
  await stranger.signUp();
  const code = await stranger.readCode();
  const { email } = stranger;
  const password = 'Correct-Horse-9-Battery';
  const again = await post('/v1/auth/sign-up', { email, password, name: 'Olga', workspaceName: 'Own' });
  const { signUpToken } = z.object({ signUpToken: z.string() }).parse(again.body);
  const confirm = (given: object) => post('/v1/auth/confirm', { email, code, signUpToken, ...given });
  // The code proves control of the mailbox, whoever requested it, and may be typed in any case, without the dash.
  expectProblem(await confirm({ code: 'ZZZZ-ZZZZ' }), 400, 'invalid_code');
  expect((await confirm({ code: code.toLowerCase().replace('-', ' ') })).status).toBe(200);
  expectProblem(await confirm({ signUpToken: stranger.signUpToken }), 400, 'invalid_code');
  expectProblem(await post('/v1/auth/sign-in', { email, password: stranger.password }), 401, 'invalid_credentials');
  expect((await post('/v1/auth/sign-in', { email, password })).status).toBe(200);
});

test('a common password is rejected with common_password', async () => {
  const body = { email: 'new@example.com', password: 'Password-2026!', name: 'Ada', workspaceName: 'Engines' };
  expectProblem(await post('/v1/auth/sign-up', body), 400, 'common_password');
});

test('wrong passwords lock an address for a while, whether registered or not, except for a known device', async () => {
  const victim = await new Marketer(stage, 'victim').join();
  const { email, password } = victim;
  const signIn = (body: object) => post('/v1/auth/sign-in', { email, password, ...body });
  const { deviceToken } = z.object({ deviceToken: z.string() }).parse((await signIn({})).body);
  for (const address of [email, `nobody.${Date.now()}@example.com`]) {
    const guess = { email: address, password: 'Wrong-Horse-9-Battery' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn(guess)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(8).fill(401), ...Array<number>(4).fill(429)]);
    const locked = await signIn({ email: address });
    expectProblem(locked, 429, 'too_many_tries');
    const seconds = Number(locked.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(30 * 60);
  }
  expect(await signIn({ deviceToken })).toMatchObject({ status: 200, body: { deviceToken } });
  const { items } = await victim.do(FailedSignIns, 'GET', '/v1/failed-sign-ins');
  const attempts = items.reduce((sum, each) => sum + each.attempts, 0);
  expect(attempts).toBe(8);
  expect(items.some(({ isLocked }) => isLocked)).toBe(true);
});

describe('a session', () => {
  const refresh = (refreshToken: string) => post('/v1/auth/refresh', { refreshToken });
  beforeAll(() => maya.signIn());

  test('is renewed with the refresh token and then has the current role', async () => {
    const { refreshToken } = maya;
    await giveRole(maya, 'analyst');
    const renewed = Tokens.parse((await refresh(refreshToken)).body);
    expect(claimsOf(renewed.accessToken)).toMatchObject({ role: 'analyst' });
    await giveRole(maya, 'owner');
    expectProblem(await refresh(maya.accessToken), 401, 'invalid_refresh_token');
    expectProblem(await refresh('made-up'), 401, 'invalid_refresh_token');
  });

  test('rotates its refresh token, repeats the reply for the latest one, and ends when an older one is reused', async () => {
    const [first, other] = [maya.refreshToken, (await maya.signIn(), maya.refreshToken)];
    const next = async (token: string) => Tokens.parse((await refresh(token)).body).refreshToken;
    const second = await next(first);
    expect(await next(first)).toBe(second);
    const [third, sameTime] = await Promise.all([next(second), next(second)]);
    expect(sameTime).toBe(third);
    expectProblem(await refresh(first), 401, 'invalid_refresh_token');
    expectProblem(await refresh(third), 401, 'invalid_refresh_token');
    await next(other);
    const Page = z.object({ items: z.array(z.object({ data: z.looseObject({ reason: z.string() }) })) });
    await eventually('the end of the session in the audit trail', async () => {
      const { items } = await maya.do(Page, 'GET', '/v1/audit-events?eventType=session.ended');
      return items.some(({ data }) => data.reason === 'reuse') || undefined;
    });
    await maya.signIn();
  });

  test('is listed, and can be ended from another device', async () => {
    const List = z.object({ items: z.array(z.object({ id: z.string(), isCurrent: z.boolean() })) });
    const elsewhere = maya.refreshToken;
    await maya.signIn();
    const { items } = await maya.do(List, 'GET', '/v1/me/sessions');
    expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    for (const { id, isCurrent } of items) {
      if (!isCurrent) expect((await maya.call('DELETE', `/v1/me/sessions/${id}`)).status).toBe(204);
    }
    expectProblem(await refresh(elsewhere), 401, 'invalid_refresh_token');
    expect((await maya.do(List, 'GET', '/v1/me/sessions')).items).toMatchObject([{ isCurrent: true }]);
  });

  test('ends, like every other, with a sign-out everywhere', async () => {
    const tokens = [maya.refreshToken, (await maya.signIn(), maya.refreshToken)];
    expect((await maya.call('POST', '/v1/auth/sign-out-everywhere')).status).toBe(204);
    for (const token of tokens) expectProblem(await refresh(token), 401, 'invalid_refresh_token');
    await maya.signIn();
  });

  test('ends with a sign-out, which can be repeated', async () => {
    const { refreshToken } = maya;
    expect((await maya.call('POST', '/v1/auth/sign-out', { refreshToken })).status).toBe(204);
    expectProblem(await refresh(refreshToken), 401, 'invalid_refresh_token');
    expect((await maya.call('POST', '/v1/auth/sign-out', { refreshToken })).status).toBe(204);
  });
});
