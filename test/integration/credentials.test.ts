import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';
import { authenticator, totpAt } from '../support/integration/totp.ts';

const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
const Challenge = z.object({ challenge: z.literal('totp'), challengeToken: z.string() });
const Secret = z.object({ secret: z.string(), uri: z.string(), qrCode: z.string() });
const post = (path: string, body: unknown) =>
  send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const newPassword = 'Another-Horse-7-Staple';
const signInWith = (email: string, password: string) => post('/v1/auth/sign-in', { email, password });
const refresh = (refreshToken: string) => post('/v1/auth/refresh', { refreshToken });

test('a TOTP code equals the last six digits of the test vectors in RFC 6238, appendix B', () => {
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const codes = [59, 1_111_111_109, 20_000_000_000].map((second) => totpAt(secret, new Date(second * 1000)));
  expect(codes).toEqual(['287082', '081804', '353130']);
});

describe('a second factor', () => {
  const maya = new Marketer(stage);
  const { password } = maya;
  let code = () => '';
  beforeAll(() => maya.join());

  const enrol = async (): Promise<void> => {
    const begun = await maya.do(Secret, 'POST', '/v1/me/totp', { password });
    code = authenticator(begun.secret);
    expect(new URL(begun.uri).searchParams.get('secret')).toBe(begun.secret);
    expect(begun.qrCode).toMatch(/^<svg /);
    expect((await maya.call('POST', '/v1/me/totp/confirm', { code: code() })).status).toBe(204);
  };

  test('is enrolled, required at sign-in, accepted once per code, and disabled with the password', async () => {
    expectProblem(await maya.call('POST', '/v1/me/totp', { password: 'wrong' }), 401, 'invalid_credentials');
    await enrol();
    const { challengeToken } = Challenge.parse((await signInWith(maya.email, password)).body);
    const shown = code();
    const answer = (given: object) => post('/v1/auth/totp', { challengeToken, code: shown, ...given });
    const wrong = shown === '000000' ? '111111' : '000000';
    expectProblem(await answer({ code: wrong }), 400, 'invalid_totp');
    expectProblem(await answer({ challengeToken: 'made-up' }), 400, 'invalid_totp');
    const { accessToken, refreshToken } = Tokens.parse((await answer({})).body);
    expectProblem(await answer({}), 400, 'invalid_totp');
    expect((await refresh(refreshToken)).status).toBe(200);
    maya.accessToken = accessToken;
    expectProblem(await maya.call('POST', '/v1/me/totp/disable', { password: 'wrong' }), 401, 'invalid_credentials');
    expect((await maya.call('POST', '/v1/me/totp/disable', { password })).status).toBe(204);
    await maya.signIn();
  });

  test('can be required by the workspace: a member without one is refused with mfa_required until enrolled', async () => {
    const demand = () => maya.call('PATCH', '/v1/workspace', { requireMfa: true }, { 'if-match': '*' });
    expectProblem(await demand(), 409, 'own_mfa_missing');
    await enrol();
    expect((await demand()).status).toBe(200);
    expect((await maya.call('POST', '/v1/me/totp/disable', { password })).status).toBe(204);
    await maya.signIn();
    expect(claimsOf(maya.accessToken)).toMatchObject({ must_enrol: 'true' });
    expectProblem(await maya.call('GET', '/v1/workspace'), 403, 'mfa_required');
    expectProblem(await maya.call('GET', '/v1/posts'), 403, 'mfa_required');
    await whereIs(maya);
    await enrol();
    const renewed = Tokens.parse((await refresh(maya.refreshToken)).body);
    maya.accessToken = renewed.accessToken;
    expect((await maya.call('GET', '/v1/workspace')).status).toBe(200);
  });
});

describe('a password', () => {
  test('that was forgotten is reset once with the mailed code, which ends the session', async () => {
    const ada = await new Marketer(stage, 'forgetful').join();
    const { email, refreshToken } = ada;
    const first = await ada.readCode();
    for (const address of [email, 'nobody.here@example.com']) {
      const { status, body } = await post('/v1/auth/forgot', { email: address });
      expect({ status, body }).toEqual({ status: 202, body: { status: 'accepted' } });
    }
    const code = await eventually('a code for a new password', async () => {
      const latest = await ada.readCode();
      return latest === first ? undefined : latest;
    });
    const reset = (given: object) => post('/v1/auth/reset', { email, code, password: newPassword, ...given });
    expectProblem(await reset({ code: 'ZZZZ-ZZZZ' }), 400, 'invalid_code');
    expectProblem(await reset({ email: 'nobody.here@example.com' }), 400, 'invalid_code');
    expect(await reset({})).toMatchObject({ status: 200, body: { status: 'reset' } });
    expectProblem(await reset({}), 400, 'invalid_code');
    expectProblem(await refresh(refreshToken), 401, 'invalid_refresh_token');
    expectProblem(await signInWith(email, ada.password), 401, 'invalid_credentials');
    expect((await signInWith(email, newPassword)).status).toBe(200);
  });

  test('is changed with the current one, which ends every other session', async () => {
    const ada = await new Marketer(stage, 'careful').join();
    const elsewhere = ada.refreshToken;
    await ada.signIn();
    const change = (currentPassword: string) =>
      ada.call('POST', '/v1/me/password', { currentPassword, password: newPassword });
    expectProblem(await change('wrong'), 401, 'invalid_credentials');
    expect((await change(ada.password)).status).toBe(204);
    expectProblem(await refresh(elsewhere), 401, 'invalid_refresh_token');
    expect((await refresh(ada.refreshToken)).status).toBe(200);
    expectProblem(await signInWith(ada.email, ada.password), 401, 'invalid_credentials');
    expect((await signInWith(ada.email, newPassword)).status).toBe(200);
  });
});

test('an email address is changed once the codes mailed to the old and new address are confirmed', async () => {
  const ada = await new Marketer(stage, 'moving').join();
  const { email, password } = ada;
  const address = `moved.${Date.now()}@example.com`;
  expectProblem(
    await ada.call('POST', '/v1/me/email', { email: address, password: 'wrong' }),
    401,
    'invalid_credentials',
  );
  expect((await ada.call('POST', '/v1/me/email', { email: address, password })).status).toBe(202);
  const mailedCode = (to: string) =>
    eventually(`the code for ${to}`, async () =>
      (await boxOf(to))
        .filter(({ BodyText }) => !BodyText.includes('signed up'))
        .flatMap(({ BodyText }) => /^Code: (\S+)$/m.exec(BodyText)?.[1] ?? [])
        .at(-1),
    );
  const [newCode, oldCode] = [await mailedCode(address), await mailedCode(email)];
  const confirm = (body: object) => ada.call('POST', '/v1/me/email/confirm', body);
  expectProblem(await confirm({ newCode, oldCode: newCode }), 400, 'invalid_email_codes');
  expect((await confirm({ newCode, oldCode })).status).toBe(204);
  expectProblem(await confirm({ newCode, oldCode }), 400, 'invalid_email_codes');
  expectProblem(await signInWith(email, password), 401, 'invalid_credentials');
  expect((await signInWith(address, password)).status).toBe(200);
});
