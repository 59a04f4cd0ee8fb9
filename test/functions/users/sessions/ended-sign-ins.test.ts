import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { followStanding } from '#events/standing.ts';
import { eventsFor } from '#functions/users/changes.ts';
import * as email from '#functions/users/credentials/email-contract.ts';
import * as passwords from '#functions/users/credentials/password-contract.ts';
import * as totp from '#functions/users/credentials/totp-contract.ts';
import { maxSessions } from '#functions/users/domain/session.ts';
import * as personExports from '#functions/users/privacy/export-contract.ts';
import * as serviceAccounts from '#functions/users/service-accounts/contract.ts';
import * as sessions from '#functions/users/sessions/contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import * as invitations from '#functions/users/team/invitation-contract.ts';
import * as workspace from '#functions/users/workspaces/current-workspace-contract.ts';
import { busEntry } from '#shared/events/publish.ts';
import { currentCaller } from '#shared/http/caller.ts';
import { operation } from '#shared/http/operation.ts';
import type { Role } from '#shared/permissions.ts';
import { standingStore } from '#shared/standing.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { ada, harness } from '../harness.ts';

type Users = ReturnType<typeof harness>;
const newPassword = 'Another-Horse-7-Staple';
const Tokens = z.looseObject({ accessToken: z.string(), refreshToken: z.string(), deviceToken: z.string() });
const Claims = z.object({ origin_jti: z.string(), sign_in_round: z.coerce.number().optional() });
const over = { status: 401, body: { code: 'session_ended' } };

/** Signs Ada in. Returns her tokens and the claims that API Gateway would pass on for them. */
const signIn = async (users: Users, as: SignedIn, password = ada.password) => {
  const tokens = Tokens.parse((await users.signIn({ ...ada, password })).body);
  const claims: unknown = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
  const { origin_jti: signInId, sign_in_round: signInRound = 0 } = Claims.parse(claims);
  return { ...tokens, as: { ...as, signInId, signInRound } };
};
const scene = async () => {
  const users = harness();
  const as = await users.ada();
  return { users, as, own: await signIn(users, as), stolen: await signIn(users, as) };
};
type Scene = Awaited<ReturnType<typeof scene>>;

const reset = async ({ users }: Scene) => {
  await users.call(passwords.forgotPassword, { body: { email: ada.email } });
  const body = { email: ada.email, password: newPassword, code: users.latestCode(ada.email) };
  expect(await users.call(passwords.resetPassword, { body })).toMatchObject({ status: 200 });
};
const change = async ({ users, own }: Scene) => {
  const body = { currentPassword: ada.password, password: newPassword };
  expect(await users.call(passwords.changePassword, { as: own.as, body })).toMatchObject({ status: 204 });
};
const everywhere = ({ users, own }: Scene) => users.call(auth.signOutEverywhere, { as: own.as });

const ways: [string, (at: Scene) => Promise<unknown>][] = [
  ['a sign-out everywhere', everywhere],
  ['a reset', reset],
  ['a new password', change],
  ['a sign-out there', ({ users, stolen }) => users.call(auth.signOut, { as: stolen.as, body: {} })],
  [
    'its revocation',
    async ({ users, own, stolen }) => {
      const { subject } = z.object({ subject: z.string() }).parse(await users.deps.provider.find(ada.email));
      const all = await users.deps.sessions.listOf(subject);
      const { id = '' } = all.find(({ signInId }) => signInId === stolen.as.signInId) ?? {};
      return users.call(sessions.revokeSession, { as: own.as, path: { sessionId: id } });
    },
  ],
  [
    'a refresh token of it that comes again',
    async ({ users, stolen }) => {
      await users.call(auth.refreshTokens, { body: { refreshToken: stolen.refreshToken } });
      users.clock.pass(30_000);
      return users.call(auth.refreshTokens, { body: { refreshToken: stolen.refreshToken } });
    },
  ],
];

describe.each(ways)('a stolen access token, after %s', (_, end) => {
  const acts = [
    [invitations.createInvitation, { body: { email: 'friend@example.com', role: 'owner' } }],
    [serviceAccounts.createServiceAccount, { body: { name: 'Back door', role: 'admin' } }],
    [workspace.changeWorkspace, { body: { approval: 'off', requireMfa: false }, headers: { 'if-match': '*' } }],
    [personExports.exportMe, {}],
    [personExports.getMyExport, { path: { exportId: 'exp_01KATJ9V5H8Q3M4N5P6R7S8T9V' } }],
    [auth.signOutEverywhere, {}],
    [totp.beginTotp, { body: { password: ada.password } }],
    [passwords.changePassword, { body: { currentPassword: ada.password, password: 'Third-Horse-5-Paperclip' } }],
    [email.beginEmailChange, { body: { email: 'eve@example.com', password: ada.password } }],
  ] as const;

  test('can do nothing in users but sign out again', async () => {
    const at = await scene();
    const { users, stolen } = at;
    await end(at);
    const changes = users.changes.length;
    for (const [act, sent] of acts) {
      expect(await users.call(act, { as: stolen.as, ...sent }), act.id).toMatchObject(over);
    }
    expect(users.changes).toHaveLength(changes);
    expect(await users.call(auth.signOut, { as: stolen.as, body: {} })).toMatchObject({ status: 204 });
  });

  test('can do nothing in another context, for whatever workspace of the person', async () => {
    const at = await scene();
    await end(at);
    await at.users.hear('user.sign_ins_ended');
    const store = standingStore(memoryTable(at.users.clock.now).table);
    const follow = followStanding(store);
    for (const event of at.users.events()) {
      const { detail } = busEntry(event, 'event', 0);
      const heard = follow.find(({ definition }) => definition === event.definition);
      await heard?.handle(JSON.parse(detail), { isReplay: false });
    }
    const act = operation({ id: 'act', method: 'POST', access: 'posts:write', path: '/v1/things', summary: 'Act' });
    const elsewhere = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ';
    const caller = {
      ...{ ...at.stolen.as, role: 'owner' as Role, people: [], workspaceId: elsewhere, correlationId: 'c' },
      ...{ tokenId: 't', actor: { type: 'person' as const, id: at.as.personId } },
    };
    await expect(currentCaller(act, caller, store.find)).rejects.toMatchObject({ code: 'session_ended' });
    // A later sign-in is not affected.
    const later = await signIn(at.users, at.as, (await at.users.signIn()).status === 200 ? undefined : newPassword);
    const after = await currentCaller(act, { ...caller, ...later.as, workspaceId: elsewhere }, store.find);
    expect(after).toMatchObject({ personId: at.as.personId, workspaceId: elsewhere });
  });
});

test('the sign-in that changed the password goes on, even after its next refresh', async () => {
  const at = await scene();
  const { users, own } = at;
  await change(at);
  const invite = (as: SignedIn, name: string) =>
    users.call(invitations.createInvitation, { as, body: { email: `${name}@example.com`, role: 'editor' } });
  expect(await invite(own.as, 'one')).toMatchObject({ status: 201 });
  const answer = await users.call(auth.refreshTokens, { body: { refreshToken: own.refreshToken } });
  expect(answer.status).toBe(200);
  expect(await invite({ ...own.as, signInRound: 1 }, 'two')).toMatchObject({ status: 201 });
  // With the next change, it is the other one that goes on.
  const other = await signIn(users, at.as, newPassword);
  const body = { currentPassword: newPassword, password: 'Third-Horse-5-Paperclip' };
  expect(await users.call(passwords.changePassword, { as: other.as, body })).toMatchObject({ status: 204 });
  expect(await invite({ ...own.as, signInRound: 1 }, 'three')).toMatchObject(over);
});

test('a refresh that runs while all sign-ins end gets no token of the next round', async () => {
  const at = await scene();
  const { users, stolen } = at;
  const refresh = users.deps.provider.refresh.bind(users.deps.provider);
  users.deps.provider.refresh = async (token) => {
    users.deps.provider.refresh = refresh;
    await change(at);
    return refresh(token);
  };
  const answer = await users.call(auth.refreshTokens, { body: { refreshToken: stolen.refreshToken } });
  expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
});

test('a sign-in with the old password that runs while it is changed is refused', async () => {
  const at = await scene();
  const { users } = at;
  const look = users.deps.provider.signIn.bind(users.deps.provider);
  users.deps.provider.signIn = async (...given) => {
    users.deps.provider.signIn = look;
    const answer = await look(...given);
    await change(at);
    return answer;
  };
  expect((await users.signIn()).status).toBe(409);
});

describe.each([
  ['a new password', change],
  ['a reset', reset],
  ['a sign-out everywhere', everywhere],
] as [string, (at: Scene) => Promise<unknown>][])('a thief of the password, after %s,', (_, end) => {
  /** A later sign-in: an enrolment belongs to the person, and any sign-in of theirs could confirm it. */
  const later = async ({ users, as }: Scene) =>
    (await signIn(users, as, (await users.signIn()).status === 200 ? undefined : newPassword)).as;

  test('cannot confirm an authenticator', async () => {
    const at = await scene();
    const { users, stolen } = at;
    expect(await users.call(totp.beginTotp, { as: stolen.as, body: { password: ada.password } })).toMatchObject({
      status: 200,
    });
    const code = users.deps.provider.totpCode(ada.email);
    await end(at);
    for (const as of [stolen.as, await later(at)]) {
      const { status } = await users.call(totp.confirmTotp, { as, body: { code } });
      expect([401, 409]).toContain(status);
    }
    await users.hear('user.sign_ins_ended');
    expect(users.deps.provider.hasEndedTotp(ada.email)).toBe(true);
    expect(JSON.stringify([...users.items.values()])).not.toContain('TOTP_ENROLMENT');
  });

  test('cannot confirm another mail address', async () => {
    const at = await scene();
    const { users, stolen } = at;
    const body = { email: 'eve@example.com', password: ada.password };
    expect(await users.call(email.beginEmailChange, { as: stolen.as, body })).toMatchObject({ status: 202 });
    const newCode = users.latestCode('eve@example.com');
    const oldCode = users.mailsTo(ada.email).find(({ kind }) => kind === 'email_change')?.data.code ?? '';
    await end(at);
    const confirmed = await users.call(email.confirmEmailChange, { as: await later(at), body: { newCode, oldCode } });
    expect(confirmed).toMatchObject({ status: 400, body: { code: 'invalid_email_codes' } });
  });

  test('cannot finish a sign-in that waits for the code of an authenticator', async () => {
    const at = await scene();
    const { users } = at;
    users.deps.provider.setFactor(ada.email, '123456');
    const asked = z.object({ challengeToken: z.string() }).parse((await users.signIn()).body);
    await end(at);
    const answer = await users.call(auth.answerTotp, { body: { ...asked, code: '123456' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_totp' } });
  });
});

describe('sessions of one person', () => {
  test('are limited to fifty: the least recently used one ends, and ended ones are not kept for ever', async () => {
    const { users, as, own } = await scene();
    for (let each = 0; each < 2 * maxSessions + 10; each += 1) {
      users.clock.pass(1000);
      await signIn(users, as);
      await users.hear('user.login');
      if (each === maxSessions - 5) {
        await users.call(auth.refreshTokens, { body: { refreshToken: own.refreshToken } });
      }
      if (each === maxSessions + 10) {
        const list = await users.call(sessions.listSessions, { as: own.as });
        const { items } = z.object({ items: z.array(z.looseObject({ isCurrent: z.boolean() })) }).parse(list.body);
        expect(items).toHaveLength(maxSessions);
        // It was used: others have ended in its place.
        expect(items.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
      }
    }
    const rows = [...users.items.values()].filter(({ sk }) => String(sk).startsWith('SESSION#'));
    expect(rows.length).toBeLessThanOrEqual(2 * maxSessions + 5);
  });

  test('end with one write, and the event does not wait for a provider that is down', async () => {
    const at = await scene();
    const { users } = at;
    const revoke = users.deps.provider.revoke.bind(users.deps.provider);
    let isAway = true;
    users.deps.provider.revoke = async (token) => {
      if (isAway) throw new Error('Cognito is away');
      return revoke(token);
    };
    // The check of the old password would end its own sign-in there.
    users.deps.provider.checkPassword = async () => undefined;
    await change(at);
    const told = users.events().map(({ definition }) => definition.type);
    expect(told).toContain('user.password_changed');
    const refused = { status: 401, body: { code: 'invalid_refresh_token' } };
    const { refreshToken } = at.stolen;
    expect(await users.call(auth.refreshTokens, { body: { refreshToken } })).toMatchObject(refused);
    const list = await users.call(sessions.listSessions, { as: at.own.as });
    expect(list).toMatchObject({ body: { items: [{ isCurrent: true }] } });
    const { changes } = users.deps;
    const before = changes.length;
    await expect(users.hear('user.sign_ins_ended')).rejects.toThrow('did not take');
    expect(changes).toHaveLength(before);
    // The inbox delivers it again.
    isAway = false;
    const again = changes.flatMap(eventsFor).filter(({ definition }) => definition.type === 'user.sign_ins_ended');
    const { tidySignIns } = await import('#functions/users/sessions/session.ts');
    for (const { detail } of again) await tidySignIns(users.deps, detail);
    const ends = changes.flatMap(eventsFor).filter(({ definition }) => definition.type === 'session.ended');
    expect(ends.map(({ detail }) => detail.data)).toEqual([
      { reason: 'password_changed', signInId: at.stolen.as.signInId },
    ]);
  });
});

test('a reset ends all sign-ins and emits user.password_changed, even when the provider cannot be reached', async () => {
  const { users, stolen } = await scene();
  users.deps.provider.signOutEverywhere = async () => {
    throw new Error('Cognito is away');
  };
  await users.call(passwords.forgotPassword, { body: { email: ada.email } });
  const body = { email: ada.email, password: newPassword, code: users.latestCode(ada.email) };
  expect((await users.call(passwords.resetPassword, { body })).status).toBe(500);
  expect(await users.call(auth.refreshTokens, { body: { refreshToken: stolen.refreshToken } })).toMatchObject({
    status: 401,
  });
  const told = users.events().map(({ definition }) => definition.type);
  expect(told).toContain('user.password_changed');
});

test('a new password ends the other sign-ins, or is not set at all', async () => {
  const { users, own } = await scene();
  const listOf = users.deps.sessions.listOf.bind(users.deps.sessions);
  users.deps.sessions.listOf = async () => {
    throw new Error('DynamoDB is away');
  };
  const body = { currentPassword: ada.password, password: newPassword };
  expect((await users.call(passwords.changePassword, { as: own.as, body })).status).toBe(500);
  users.deps.sessions.listOf = listOf;
  expect((await users.signIn({ ...ada, password: newPassword })).status).toBe(401);
  expect((await users.signIn(ada)).status).toBe(200);
});

test('a new password forgets every device but the one on which it was changed', async () => {
  const at = await scene();
  const { users, own, stolen } = at;
  await change(at);
  const tries = (deviceToken?: string) =>
    users.call(auth.signIn, { body: { email: ada.email, password: 'wrong', ...(deviceToken && { deviceToken }) } });
  const burst = async (deviceToken?: string) => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => tries(deviceToken)));
    return answers.filter(({ status }) => status === 401).length;
  };
  expect(await burst()).toBe(8);
  // It counts as a stranger's, like any other.
  expect(await burst(stolen.deviceToken)).toBe(0);
  expect(await burst(own.deviceToken)).toBe(8);
});

test('a member who must enrol a factor first can change the password, and list and end their sessions', async () => {
  const { users, own, stolen } = await scene();
  const as = { ...own.as, mustEnrol: true };
  const list = await users.call(sessions.listSessions, { as });
  expect(list.status).toBe(200);
  const { items } = z.object({ items: z.array(z.looseObject({ id: z.string() })) }).parse(list.body);
  const path = { sessionId: items[0]?.id ?? '' };
  expect(await users.call(sessions.getSession, { as, path })).toMatchObject({ status: 200 });
  expect(await users.call(sessions.revokeSession, { as, path })).toMatchObject({ status: 204 });
  const body = { currentPassword: ada.password, password: newPassword };
  const { status } = await users.call(passwords.changePassword, {
    as: items[0]?.isCurrent === true ? { ...stolen.as, mustEnrol: true } : as,
    body,
  });
  expect(status).toBe(204);
});
