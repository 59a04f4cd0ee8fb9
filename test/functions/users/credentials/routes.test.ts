import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import * as email from '#functions/users/credentials/email-contract.ts';
import * as password from '#functions/users/credentials/password-contract.ts';
import * as totp from '#functions/users/credentials/totp-contract.ts';
import { getMe } from '#functions/users/me/contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import { signUp } from '#functions/users/sign-up/contract.ts';
import * as workspace from '#functions/users/workspaces/current-workspace-contract.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

type Users = ReturnType<typeof harness>;
const nobody = 'nobody@example.com';
const newPassword = 'Another-Horse-7-Staple';
const Tokens = z.looseObject({ accessToken: z.string(), refreshToken: z.string() });
const Challenge = z.strictObject({ challenge: z.literal('totp'), challengeToken: z.string() });

const told = ({ deps }: Users) => deps.changes.flatMap(eventsFor).map(({ definition }) => definition.type);
const tokensOf = async (users: Users, given = ada) => Tokens.parse((await users.signIn(given)).body);
/** Ada, signed in. */
const signedIn = async () => {
  const users = harness();
  const as = await users.ada();
  const tokens = await tokensOf(users);
  const claims: unknown = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
  const { origin_jti: signInId } = z.object({ origin_jti: z.string() }).parse(claims);
  return { users, as: { ...as, signInId }, tokens };
};

const enrol = async (users: Users, as: SignedIn): Promise<void> => {
  await users.call(totp.beginTotp, { as, body: { password: ada.password } });
  const code = users.deps.provider.totpCode(ada.email);
  expect(await users.call(totp.confirmTotp, { as, body: { code } })).toMatchObject({ status: 204 });
};

describe('a sign-up', () => {
  test('is confirmed only by whoever made it, so that the owner of the mailbox confirms no stranger’s password', async () => {
    const users = harness();
    const strangers = { ...ada, password: newPassword, name: 'Eve' };
    await users.signUp(strangers);
    const strangersToken = users.tokenOf(ada.email);
    await users.signUp();
    // Less than the pause between two mails has passed: the first code is the owner's as well.
    expect(users.codesTo(ada.email)).toHaveLength(1);
    const code = users.latestCode(ada.email);
    expect(await users.confirm(code)).toMatchObject({ status: 200 });
    expect(await users.confirm(code, ada.email, strangersToken)).toMatchObject({ status: 400 });
    expect(await users.signIn({ ...ada, password: strangers.password })).toMatchObject({ status: 401 });
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });

  test('can be confirmed by the owner of the address even when a stranger has used up its mails', async () => {
    const users = harness();
    for (let hour = 0; hour < 23; hour += 1) {
      await users.signUp({ ...ada, password: newPassword, name: 'Eve' });
      users.clock.pass(60 * 60 * 1000);
    }
    expect(users.codesTo(ada.email)).toHaveLength(4);
    await users.signUp();
    expect(users.codesTo(ada.email)).toHaveLength(4);
    expect(await users.confirm()).toMatchObject({ status: 200 });
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });

  test('is not voided by later sign-ups of strangers with the same address', async () => {
    const users = harness();
    await users.signUp();
    const mine = users.tokenOf(ada.email);
    for (let each = 0; each < 12; each += 1) {
      const body = { ...ada, password: newPassword, name: 'Eve' };
      await users.call(signUp, { body, sourceIp: each % 3 === 0 ? '198.51.100.7' : '203.0.113.9' });
      users.clock.pass(1000);
    }
    const waiting = [...users.items.values()].filter(({ pk }) => String(pk).startsWith('SIGNUP#'));
    expect(waiting).toHaveLength(5);
    expect(await users.confirm(users.latestCode(ada.email), ada.email, mine)).toMatchObject({ status: 200 });
    expect(await users.signIn()).toMatchObject({ status: 200 });
    expect([...users.items.values()].filter(({ pk }) => String(pk).startsWith('SIGNUP#'))).toHaveLength(1);
  });

  test('that was confirmed is not replaced by another, which gets the same reply as ever', async () => {
    const users = harness();
    await users.signUp();
    const mine = users.tokenOf(ada.email);
    const code = users.latestCode(ada.email);
    expect(await users.confirm()).toMatchObject({ status: 200 });
    expect(await users.confirm(code, ada.email, mine)).toMatchObject({ status: 200 });
    expect(await users.signUp({ ...ada, password: newPassword })).toMatchObject({ status: 202 });
    expect(await users.confirm(code)).toMatchObject({ status: 400 });
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });

  test.each([
    ['one of the commonest', 'Password-2026!', 'common_password'],
    ['with the own name', 'Lovelace-Horse-9-x', 'personal_password'],
  ])('with a password that is %s is refused', async (_, guessed, code) => {
    const users = harness();
    const answer = await users.signUp({ ...ada, password: guessed });
    expect(answer).toMatchObject({ status: 400, body: { code, fields: [{ path: 'body.password', code }] } });
    expect(JSON.stringify(answer.body)).not.toContain(guessed);
    expect(users.mailsTo(ada.email)).toEqual([]);
  });
});

describe('a forgotten password', () => {
  const forgot = (users: Users, address: string) => users.call(password.forgotPassword, { body: { email: address } });
  const reset = (users: Users, body: object) =>
    users.call(password.resetPassword, { body: { email: ada.email, password: newPassword, ...body } });

  test('is reset with the mailed code; every session ends, and user.password_changed is emitted', async () => {
    const { users, tokens } = await signedIn();
    const accepted = { status: 202, body: { status: 'accepted' } };
    expect(await forgot(users, ada.email)).toEqual(accepted);
    expect(await forgot(users, nobody)).toEqual(accepted);
    const code = users.latestCode(ada.email);
    expect(await reset(users, { code })).toMatchObject({ status: 200, body: { status: 'reset' } });
    expect(await users.signIn()).toMatchObject({ status: 401 });
    expect(await users.signIn({ ...ada, password: newPassword })).toMatchObject({ status: 200 });
    const { refreshToken } = tokens;
    expect(await users.call(auth.refreshTokens, { body: { refreshToken } })).toMatchObject({ status: 401 });
    expect(told(users)).toContain('user.password_changed');
    await users.hear('user.sign_ins_ended');
    expect(told(users)).toContain('session.ended');
    // The code is spent.
    expect(await reset(users, { code })).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
  });

  test('is refused the same way for a wrong code, a code of another kind and an unknown address', async () => {
    const users = harness();
    await users.signUp();
    const signUpCode = users.latestCode(ada.email);
    await users.confirm();
    await forgot(users, ada.email);
    const refused = await reset(users, { code: 'ZZZZ-ZZZZ' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
    expect(await reset(users, { email: nobody, code: 'ZZZZ-ZZZZ' })).toEqual(refused);
    expect(await reset(users, { code: signUpCode })).toEqual(refused);
    // Guessing codes locks neither the codes nor the sign-in.
    for (let tries = 0; tries < 100; tries += 1) expect(await reset(users, { code: 'ZZZZ-ZZZZ' })).toEqual(refused);
    expect(await users.signIn()).toMatchObject({ status: 200 });
    expect(await reset(users, { code: users.latestCode(ada.email) })).toMatchObject({ status: 200 });
  });

  test('is reset by one code once, even concurrently, and all other codes of the address end with it', async () => {
    const { users } = await signedIn();
    await forgot(users, ada.email);
    const first = users.latestCode(ada.email);
    users.clock.pass(60_000);
    await forgot(users, ada.email);
    const second = users.latestCode(ada.email);
    expect(second).not.toBe(first);
    const answers = await Promise.all([reset(users, { code: first }), reset(users, { code: first })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect(await reset(users, { code: second })).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
  });

  test('cannot be reset with a code that is a day old', async () => {
    const { users } = await signedIn();
    await forgot(users, ada.email);
    users.clock.pass(24 * 60 * 60 * 1000);
    expect(await reset(users, { code: users.latestCode(ada.email) })).toMatchObject({ status: 400 });
  });

  test('cannot be replaced by a guessable one, which does not spend the code', async () => {
    const { users } = await signedIn();
    await forgot(users, ada.email);
    const code = users.latestCode(ada.email);
    expect(await reset(users, { code, password: 'Password-2026!' })).toMatchObject({
      status: 400,
      body: { code: 'common_password' },
    });
    expect(await reset(users, { code })).toMatchObject({ status: 200 });
  });
});

describe('a password with composed or decomposed letters', () => {
  const composed = 'Gr\u00fc\u00dfe-an alle-42';
  const decomposed = 'Gru\u0308\u00dfe-an\u00a0alle-42';
  const other = 'Caf\u00e9-und-Tee-42';

  test.each([
    [composed, decomposed],
    [decomposed, composed],
  ])('is the same at sign-up, sign-in, change and reset', async (set, given) => {
    const users = harness();
    await users.signUp({ ...ada, password: set });
    await users.confirm();
    expect(await users.signIn({ ...ada, password: given })).toMatchObject({ status: 200 });
    const as = await users.whoIs(ada.email);
    const body = { currentPassword: given, password: other.normalize('NFD') };
    expect(await users.call(password.changePassword, { as, body })).toMatchObject({ status: 204 });
    expect(await users.signIn({ ...ada, password: other })).toMatchObject({ status: 200 });
    await users.call(password.forgotPassword, { body: { email: ` ${ada.email.toUpperCase()} ` } });
    const code = ` ${users.latestCode(ada.email).toLowerCase()} `;
    const reset = { email: `${ada.email} `, code, password: set };
    expect(await users.call(password.resetPassword, { body: reset })).toMatchObject({ status: 200 });
    expect(await users.signIn({ ...ada, password: given })).toMatchObject({ status: 200 });
  });
});

describe('changing the password', () => {
  test('requires the old one, and ends every other session', async () => {
    const { users, as, tokens } = await signedIn();
    const other = await tokensOf(users);
    const change = (currentPassword: string) =>
      users.call(password.changePassword, { as, body: { currentPassword, password: newPassword } });
    expect(await change('wrong')).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await users.signIn()).toMatchObject({ status: 200 });
    expect(await change(ada.password)).toMatchObject({ status: 204 });
    expect(await users.signIn()).toMatchObject({ status: 401 });
    expect(await users.signIn({ ...ada, password: newPassword })).toMatchObject({ status: 200 });
    const refresh = ({ refreshToken }: { refreshToken: string }) =>
      users.call(auth.refreshTokens, { body: { refreshToken } });
    expect(await refresh(other)).toMatchObject({ status: 401 });
    expect(await refresh(tokens)).toMatchObject({ status: 200 });
  });
});

describe('changing the address', () => {
  const begin = (users: Users, as: SignedIn, body: object) => users.call(email.beginEmailChange, { as, body });
  const address = 'countess@example.com';
  /** The latest codes of a change, by address. */
  const codes = (users: Users): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const to of [address, ada.email]) {
      const mails = users.mailsTo(to).filter(({ kind }) => kind.startsWith('email_'));
      const latest = mails.flatMap(({ data }) => data.code ?? []).at(-1);
      if (latest !== undefined) found[to] = latest;
    }
    return found;
  };

  test('takes effect once the codes of both addresses are confirmed', async () => {
    const { users, as } = await signedIn();
    expect(await begin(users, as, { email: address, password: ada.password })).toMatchObject({ status: 202 });
    const { [address]: newCode = '', [ada.email]: oldCode = '' } = codes(users);
    const confirm = (body: object) => users.call(email.confirmEmailChange, { as, body });
    const refused = await confirm({ newCode, oldCode: newCode });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_email_codes' } });
    expect(await confirm({ newCode: oldCode, oldCode })).toEqual(refused);
    expect(await users.signIn({ ...ada, email: address })).toMatchObject({ status: 401 });
    const typed = newCode.toLowerCase().replace('-', ' ');
    expect(await confirm({ newCode: typed, oldCode })).toMatchObject({ status: 204 });
    expect(await users.signIn({ ...ada, email: address })).toMatchObject({ status: 200 });
    expect(await users.signIn()).toMatchObject({ status: 401 });
    expect(await users.call(getMe, { as })).toMatchObject({ body: { person: { email: address } } });
    expect(told(users)).toContain('user.email_changed');
    expect(await confirm({ newCode, oldCode })).toEqual(refused);
  });

  test('requires the password', async () => {
    const { users, as } = await signedIn();
    const answer = await begin(users, as, { email: address, password: 'wrong' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(codes(users)).toEqual({});
  });

  test('allows five tries with its codes, within an hour', async () => {
    const { users, as } = await signedIn();
    const confirm = (body: object) => users.call(email.confirmEmailChange, { as, body });
    const none = await confirm({ newCode: 'AAAAAAAA', oldCode: 'AAAAAAAA' });
    expect(none).toMatchObject({ status: 400, body: { code: 'invalid_email_codes' } });
    const both = () => {
      const { [address]: newCode = '', [ada.email]: oldCode = '' } = codes(users);
      return { newCode, oldCode };
    };
    await begin(users, as, { email: address, password: ada.password });
    for (const _ of [1, 2, 3, 4, 5]) expect(await confirm({ ...both(), oldCode: 'AAAAAAAA' })).toEqual(none);
    expect(await confirm(both())).toEqual(none);
    users.clock.pass(60_000);
    await begin(users, as, { email: address, password: ada.password });
    users.clock.pass(60 * 60 * 1000);
    expect(await confirm(both())).toEqual(none);
  });

  test('twice within a minute sends mails once, and their codes are valid', async () => {
    const { users, as } = await signedIn();
    const body = { email: address, password: ada.password };
    const accepted = await begin(users, as, body);
    const { [address]: newCode, [ada.email]: oldCode } = codes(users);
    expect(await begin(users, as, body)).toEqual(accepted);
    expect(codes(users)).toEqual({ [address]: newCode, [ada.email]: oldCode });
    const answer = await users.call(email.confirmEmailChange, { as, body: { newCode, oldCode } });
    expect(answer).toMatchObject({ status: 204 });
  });

  test('to one in use is refused with email_taken, but only to somebody who has proved that it is theirs', async () => {
    const { users, as } = await signedIn();
    const eve = { email: address, password: newPassword, name: 'Eve', workspaceName: 'Evil' };
    await users.signUp(eve);
    await users.confirm(users.latestCode(address), address);
    expect(await begin(users, as, { email: address, password: ada.password })).toMatchObject({ status: 202 });
    const { [address]: newCode, [ada.email]: oldCode } = codes(users);
    const answer = await users.call(email.confirmEmailChange, { as, body: { newCode, oldCode } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });
});

describe('a second factor', () => {
  const enrol = async ({ users, as }: Awaited<ReturnType<typeof signedIn>>) => {
    const begun = await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    const code = users.deps.provider.totpCode(ada.email);
    const confirmed = await users.call(totp.confirmTotp, { as, body: { code } });
    return { begun, confirmed, code };
  };

  test('is enrolled with the password and a first code', async () => {
    const ground = await signedIn();
    const { users, as } = ground;
    const wrong = await users.call(totp.beginTotp, { as, body: { password: 'wrong' } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    const { begun, confirmed } = await enrol(ground);
    const { uri, qrCode, secret } = z
      .strictObject({ uri: z.string(), qrCode: z.string(), secret: z.string() })
      .parse(begun.body);
    expect(uri).toMatch(new RegExp(`^otpauth://totp/.*secret=${secret}`));
    expect(qrCode).toMatch(/^<svg /);
    expect(confirmed).toEqual({ status: 204, body: undefined });
    expect(await users.call(getMe, { as })).toMatchObject({ body: { person: { hasMfa: true } } });
    expect(told(users)).toContain('user.mfa_changed');
    const again = await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    expect(again).toMatchObject({ status: 409, body: { code: 'totp_enrolled' } });
  });

  test('is not enrolled with a wrong code', async () => {
    const { users, as } = await signedIn();
    await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    const answer = await users.call(totp.confirmTotp, { as, body: { code: '999999' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_totp' } });
    expect(await users.signIn()).toMatchObject({ status: 200, body: { tokenType: 'Bearer' } });
  });

  test('can be confirmed only within ten minutes of proving the password for it', async () => {
    const { users, as } = await signedIn();
    const confirm = (code: string) => users.call(totp.confirmTotp, { as, body: { code } });
    const notBegun = { status: 409, body: { code: 'totp_not_begun' } };
    // Somebody has begun an enrolment at the provider, past the platform.
    await users.deps.provider.beginTotp(ada.email, ada.password);
    expect(await confirm(users.deps.provider.totpCode(ada.email))).toMatchObject(notBegun);
    await users.call(totp.beginTotp, { as, body: { password: 'wrong' } });
    expect(await confirm(users.deps.provider.totpCode(ada.email))).toMatchObject(notBegun);
    await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    users.clock.pass(10 * 60 * 1000);
    expect(await confirm(users.deps.provider.totpCode(ada.email))).toMatchObject(notBegun);
    expect(told(users)).not.toContain('user.mfa_changed');
  });

  test('never replaces an enrolled one, neither here nor at the provider', async () => {
    const ground = await signedIn();
    const { users, as } = ground;
    const { code } = await enrol(ground);
    const enrolled = { status: 409, body: { code: 'totp_enrolled' } };
    expect(await users.call(totp.beginTotp, { as, body: { password: ada.password } })).toMatchObject(enrolled);
    expect(await users.call(totp.confirmTotp, { as, body: { code } })).toMatchObject(enrolled);
    const { subject } = z.object({ subject: z.string() }).parse(await users.deps.provider.find(ada.email));
    // Our record is behind that of the provider.
    await users.deps.people.changeCredentials(subject, { hasMfa: false }, 'request-1');
    expect(await users.call(totp.beginTotp, { as, body: { password: ada.password } })).toMatchObject(enrolled);
    expect(users.deps.provider.totpCode(ada.email)).toBe(code);
  });

  test('is enrolled with a sealed token, which is removed afterwards', async () => {
    const ground = await signedIn();
    const { users, as } = ground;
    const begun = await users.call(totp.beginTotp, { as, body: { password: ada.password } });
    const rows = () => JSON.stringify([...users.items.values()]);
    expect(rows()).toContain('TOTP_ENROLMENT');
    expect(rows() + JSON.stringify(begun.body)).not.toContain('enrolment-');
    const code = users.deps.provider.totpCode(ada.email);
    expect(await users.call(totp.confirmTotp, { as, body: { code } })).toMatchObject({ status: 204 });
    expect(rows()).not.toContain('TOTP_ENROLMENT');
  });

  test('is asked for only after the right password, and its code signs in once', async () => {
    const ground = await signedIn();
    const { users } = ground;
    const { code } = await enrol(ground);
    expect(await users.signIn({ ...ada, password: 'wrong' })).toMatchObject({ status: 401 });
    users.clock.pass(120_000);
    const asked = await users.signIn();
    expect(asked.status).toBe(200);
    const { challengeToken } = Challenge.parse(asked.body);
    const answer = (given: object) => users.call(auth.answerTotp, { body: { challengeToken, code, ...given } });
    const refused = await answer({ code: '999999' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_totp' } });
    expect(await answer({ challengeToken: 'made-up' })).toEqual(refused);
    const signed = await answer({});
    expect(signed).toMatchObject({ status: 200, body: { tokenType: 'Bearer' } });
    const { refreshToken } = Tokens.parse(signed.body);
    expect(await users.call(auth.refreshTokens, { body: { refreshToken } })).toMatchObject({ status: 200 });
    expect(await answer({})).toEqual(refused);
  });

  test('cannot be used with a code that has enrolled it or signed in before, not even concurrently', async () => {
    const ground = await signedIn();
    const { users } = ground;
    const { code } = await enrol(ground);
    const ask = async () => Challenge.parse((await users.signIn()).body).challengeToken;
    const answer = (challengeToken: string) => users.call(auth.answerTotp, { body: { challengeToken, code } });
    const refused = { status: 400, body: { code: 'invalid_totp' } };
    expect(await answer(await ask())).toMatchObject(refused);
    users.clock.pass(120_000);
    const [one, other] = [await ask(), await ask()];
    const answers = await Promise.all([answer(one), answer(other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    users.clock.pass(30_000);
    expect(await answer(await ask())).toMatchObject(refused);
  });

  test('must be given within three minutes, and guessing it is locked although the password is right', async () => {
    const ground = await signedIn();
    const { users } = ground;
    const { code } = await enrol(ground);
    const ask = async () => Challenge.parse((await users.signIn()).body).challengeToken;
    const answer = (challengeToken: string, given: string) =>
      users.call(auth.answerTotp, { body: { challengeToken, code: given } });
    const late = await ask();
    users.clock.pass(180_000);
    expect(await answer(late, code)).toMatchObject({ status: 400, body: { code: 'invalid_totp' } });
    for (const _ of [1, 2, 3, 4, 5]) {
      expect(await answer(await ask(), '999999')).toMatchObject({ status: 400 });
    }
    expect(await answer(await ask(), code)).toMatchObject({ status: 429, body: { code: 'too_many_tries' } });
  });

  test('is disabled with the password', async () => {
    const ground = await signedIn();
    const { users, as } = ground;
    await enrol(ground);
    const disable = (given: string) => users.call(totp.disableTotp, { as, body: { password: given } });
    expect(await disable('wrong')).toMatchObject({ status: 401 });
    expect(Challenge.safeParse((await users.signIn()).body).success).toBe(true);
    expect(await disable(ada.password)).toMatchObject({ status: 204 });
    expect(await users.signIn()).toMatchObject({ status: 200, body: { tokenType: 'Bearer' } });
  });
});

describe('a second factor that changed at the provider', () => {
  const changes = ({ deps }: Users) =>
    deps.changes
      .flatMap(eventsFor)
      .filter(({ definition }) => definition.type === 'user.mfa_changed')
      .map(({ detail }) => detail.data);

  test('is recorded at the next sign-in when it was removed', async () => {
    const { users, as } = await signedIn();
    await enrol(users, as);
    await users.call(workspace.changeWorkspace, { as, body: { requireMfa: true }, headers: { 'if-match': '*' } });
    users.deps.provider.setFactor(ada.email, undefined);
    const { accessToken } = await tokensOf(users);
    expect(changes(users)).toEqual([{ hasMfa: true }, { hasMfa: false }]);
    // The tokens issued before that was known would grant everything.
    expect(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).toContain('"must_enrol":"true"');
  });

  test('is recorded at the next sign-in when it was added', async () => {
    const { users, as } = await signedIn();
    const { people } = users.deps;
    const before = await people.getWorkspace(as.workspaceId);
    const actor = { type: 'person' as const, id: as.personId };
    const settings = { ...before.settings, requireMfa: true };
    await people.saveWorkspace({ ...before, settings }, { actor, correlationId: 'correlation-1' });
    users.deps.provider.setFactor(ada.email, '123456');
    const { challengeToken } = Challenge.parse((await users.signIn()).body);
    expect(changes(users)).toEqual([]);
    const answer = await users.call(auth.answerTotp, { body: { challengeToken, code: '123456' } });
    const { accessToken } = Tokens.parse(answer.body);
    expect(changes(users)).toEqual([{ hasMfa: true }]);
    expect(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).not.toContain('must_enrol');
  });
});

describe('a workspace that requires a second factor', () => {
  const claims = async (users: Users): Promise<unknown> => {
    const identity = await users.deps.provider.find(ada.email);
    return users.wake({
      triggerSource: 'TokenGeneration_RefreshTokens',
      callerContext: { clientId: 'client' },
      request: { userAttributes: { sub: identity?.subject } },
    });
  };

  const demand = (users: Users, as: SignedIn) =>
    users.call(workspace.changeWorkspace, { as, body: { requireMfa: true }, headers: { 'if-match': '*' } });

  test('can be set to do so only by a person who has one', async () => {
    const { users, as } = await signedIn();
    expect(await demand(users, as)).toMatchObject({
      status: 409,
      body: { code: 'own_mfa_missing', fields: [{ path: 'body.requireMfa' }] },
    });
    expect(JSON.stringify(await claims(users))).not.toContain('must_enrol');
    await enrol(users, as);
    expect((await demand(users, as)).status).toBe(200);
    // A setting that is already on is not checked again.
    users.deps.provider.setFactor(ada.email, undefined);
    expect((await demand(users, as)).status).toBe(200);
  });

  test('marks the tokens of a member without one until they have enrolled', async () => {
    const { users, as } = await signedIn();
    expect(JSON.stringify(await claims(users))).not.toContain('must_enrol');
    await enrol(users, as);
    expect((await demand(users, as)).status).toBe(200);
    await users.call(totp.disableTotp, { as, body: { password: ada.password } });
    expect(JSON.stringify(await claims(users))).toContain('"must_enrol":"true"');
    const must = { ...as, mustEnrol: true };
    expect(await users.call(workspace.getWorkspace, { as: must })).toMatchObject({
      status: 403,
      body: { code: 'mfa_required' },
    });
    expect(await users.call(getMe, { as: must })).toMatchObject({ status: 200 });
    await users.call(totp.beginTotp, { as: must, body: { password: ada.password } });
    const code = users.deps.provider.totpCode(ada.email);
    expect(await users.call(totp.confirmTotp, { as: must, body: { code } })).toMatchObject({ status: 204 });
    expect(JSON.stringify(await claims(users))).not.toContain('must_enrol');
  });
});
