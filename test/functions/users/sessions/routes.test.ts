import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import * as passwords from '#functions/users/credentials/password-contract.ts';
import * as sessions from '#functions/users/sessions/contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

const Tokens = z.looseObject({ accessToken: z.string(), refreshToken: z.string() });
const List = z.object({
  items: z.array(z.looseObject({ id: z.string(), isCurrent: z.boolean(), network: z.string(), device: z.string() })),
});

type Users = ReturnType<typeof harness>;

/** Signs Ada in. Returns her tokens and the claims that API Gateway would pass on for them. */
const signIn = async (users: Users, as: SignedIn) => {
  const tokens = Tokens.parse((await users.signIn()).body);
  const claims: unknown = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
  const { origin_jti: signInId } = z.object({ origin_jti: z.string() }).parse(claims);
  return { ...tokens, as: { ...as, signInId } };
};
const refresh = (users: Users, refreshToken: string) => users.call(auth.refreshTokens, { body: { refreshToken } });
const refreshed = async (users: Users, refreshToken: string) => {
  const answer = await refresh(users, refreshToken);
  expect(answer.status).toBe(200);
  return Tokens.parse(answer.body).refreshToken;
};
const listed = async (users: Users, as: SignedIn) =>
  List.parse((await users.call(sessions.listSessions, { as })).body).items;
const ends = ({ deps }: Users) =>
  deps.changes
    .flatMap(eventsFor)
    .filter(({ definition }) => definition.type === 'session.ended')
    .map(({ detail }) => ({ reason: z.object({ reason: z.string() }).parse(detail.data).reason }));
const refusal = { status: 401, body: { code: 'invalid_refresh_token' } };

describe('a refresh token', () => {
  const begun = async () => {
    const users = harness();
    const as = await users.ada();
    return { users, ...(await signIn(users, as)) };
  };

  test('is replaced by every refresh', async () => {
    const { users, refreshToken } = await begun();
    const second = await refreshed(users, refreshToken);
    const third = await refreshed(users, second);
    expect(new Set([refreshToken, second, third]).size).toBe(3);
  });

  test('returns the same successor when it is repeated within thirty seconds', async () => {
    const { users, refreshToken } = await begun();
    const second = await refreshed(users, refreshToken);
    users.clock.pass(29_999);
    expect(await refreshed(users, refreshToken)).toBe(second);
    // Two concurrent tabs get the same one.
    const [one, other] = await Promise.all([refreshed(users, second), refreshed(users, second)]);
    expect(one).toBe(other);
    expect(ends(users)).toEqual([]);
  });

  test('that is repeated later ends the session and emits session.ended', async () => {
    const { users, refreshToken } = await begun();
    const second = await refreshed(users, refreshToken);
    users.clock.pass(30_000);
    expect(await refresh(users, refreshToken)).toMatchObject(refusal);
    expect(await refresh(users, second)).toMatchObject(refusal);
    expect(ends(users)).toEqual([{ reason: 'reuse' }]);
  });

  test('that is forged, or combined from two, ends no session', async () => {
    const { users, refreshToken, as } = await begun();
    const other = await signIn(users, as);
    const [session = '', subject = '', generation = '', mac = ''] = refreshToken.split('.');
    const theirs = other.refreshToken.split('.').at(-1) ?? '';
    for (const forged of [
      'e30.e30.e30',
      [session, subject, generation, theirs].join('.'),
      [session, subject, generation, 'x'.repeat(43)].join('.'),
      [session, subject, '1', mac].join('.'),
      [session, '4f6c2a52-0000-4000-8000-000000000000', generation, mac].join('.'),
      [session.slice(0, -1) + (session.endsWith('0') ? '1' : '0'), subject, generation, mac].join('.'),
    ]) {
      expect(await refresh(users, forged)).toMatchObject(refusal);
    }
    await refreshed(users, refreshToken);
    await refreshed(users, other.refreshToken);
    expect(ends(users)).toEqual([]);
  });

  test('of a disabled person is refused, and no session ends', async () => {
    const { users, refreshToken } = await begun();
    users.deps.provider.disable(ada.email);
    expect(await refresh(users, refreshToken)).toMatchObject(refusal);
    expect(ends(users)).toEqual([]);
  });
});

describe('the provider’s refresh token', () => {
  /** Ada, signed in twice, and the provider's tokens of each: only the platform has them. */
  const scene = async () => {
    const users = harness();
    const given: string[] = [];
    const provider = { ...users.deps.provider };
    users.deps.provider.signIn = async (...credentials) => {
      const answer = await provider.signIn(...credentials);
      if (answer.kind === 'signed_in') given.push(answer.tokens.refreshToken);
      return answer;
    };
    const as = await users.ada();
    const [one, other] = [await signIn(users, as), await signIn(users, as)];
    const refreshes = () => given.map((token) => users.deps.provider.refreshes(token));
    expect(refreshes()).toEqual([true, true]);
    return { users, given, one, other, refreshes };
  };
  const resetBy = async (users: Users) => {
    await users.call(passwords.forgotPassword, { body: { email: ada.email } });
    const code = users.latestCode(ada.email);
    const body = { email: ada.email, password: 'Another-Horse-7-Staple', code };
    expect(await users.call(passwords.resetPassword, { body })).toMatchObject({ status: 200 });
  };
  type Scene = Awaited<ReturnType<typeof scene>>;

  test('is in no reply, and in no item in plain text', async () => {
    const { users, given, one } = await scene();
    const next = await refreshed(users, one.refreshToken);
    const seen = JSON.stringify([one, next, users.changes, [...users.items.values()]]);
    for (const token of given) expect(seen).not.toContain(token);
  });

  test.each<[string, (scene: Scene) => Promise<unknown>, boolean[]]>([
    ['a sign-out', ({ users, one }) => users.call(auth.signOut, { as: one.as, body: {} }), [false, true]],
    [
      'a sign-out by the refresh token alone',
      ({ users, other, one }) => {
        const { signInId: _, ...unnamed } = one.as;
        return users.call(auth.signOut, { as: unnamed, body: { refreshToken: other.refreshToken } });
      },
      [true, false],
    ],
    ['a sign-out everywhere', ({ users, one }) => users.call(auth.signOutEverywhere, { as: one.as }), [false, false]],
    [
      'a revocation from the list',
      async ({ users, one }) => {
        const theirs = (await listed(users, one.as)).find(({ isCurrent }) => !isCurrent);
        return users.call(sessions.revokeSession, { as: one.as, path: { sessionId: theirs?.id ?? '' } });
      },
      [true, false],
    ],
    [
      'a refresh token that comes again',
      async ({ users, one }) => {
        await refreshed(users, one.refreshToken);
        users.clock.pass(30_000);
        return refresh(users, one.refreshToken);
      },
      [false, true],
    ],
    [
      'a new password',
      ({ users, one }) => {
        const body = { currentPassword: ada.password, password: 'Another-Horse-7-Staple' };
        return users.call(passwords.changePassword, { as: one.as, body });
      },
      [true, false],
    ],
    ['a reset', ({ users }) => resetBy(users), [false, false]],
  ])('is revoked at the provider by %s', async (_, endIt, still) => {
    const all = await scene();
    await endIt(all);
    await all.users.hear('user.sign_ins_ended');
    expect(all.refreshes()).toEqual(still);
  });

  test('is revoked at the provider first, so that a crash in between leaves none that can refresh', async () => {
    const { users, one, refreshes } = await scene();
    const store = { ...users.deps.sessions };
    users.deps.sessions.save = async () => {
      throw new Error('crashed');
    };
    expect(await users.call(auth.signOut, { as: one.as, body: {} })).toMatchObject({ status: 500 });
    expect(refreshes()).toEqual([false, true]);
    users.deps.sessions = store;
    expect(await users.call(auth.signOut, { as: one.as, body: {} })).toMatchObject({ status: 204 });
    expect(ends(users)).toEqual([{ reason: 'sign_out' }]);
  });
});

describe("a person's sessions", () => {
  const twoDevices = async () => {
    const users = harness();
    const as = await users.ada();
    const one = await signIn(users, as);
    users.clock.pass(1000);
    const other = await signIn(users, as);
    return { users, one, other };
  };

  test('are listed by last use, with device and network, and without a secret', async () => {
    const { users, one, other } = await twoDevices();
    const items = await listed(users, one.as);
    expect(items.map(({ isCurrent, device, network }) => [isCurrent, device, network])).toEqual([
      [false, 'test', '192.0.2.0/24'],
      [true, 'test', '192.0.2.0/24'],
    ]);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual([
      'createdAt',
      'device',
      'id',
      'isCurrent',
      'lastUsedAt',
      'network',
      'version',
    ]);
    users.clock.pass(1000);
    await refreshed(users, one.refreshToken);
    expect((await listed(users, other.as)).map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
  });

  test('are ended one by one, and ending one again changes nothing', async () => {
    const { users, one, other } = await twoDevices();
    const [latest] = await listed(users, one.as);
    const path = { sessionId: latest?.id ?? '' };
    expect(await users.call(sessions.getSession, { as: one.as, path })).toMatchObject({ status: 200, body: latest });
    for (const _ of [1, 2]) {
      expect(await users.call(sessions.revokeSession, { as: one.as, path })).toMatchObject({ status: 204 });
    }
    expect(await users.call(sessions.getSession, { as: one.as, path })).toMatchObject({ status: 404 });
    expect(await refresh(users, other.refreshToken)).toMatchObject(refusal);
    await refreshed(users, one.refreshToken);
    expect(await listed(users, one.as)).toHaveLength(1);
    expect(ends(users)).toEqual([{ reason: 'revoked' }]);
  });

  test('of somebody else are not found', async () => {
    const { users, one } = await twoDevices();
    const eve = { email: 'eve@example.com', password: 'Another-Horse-7-Staple', name: 'Eve', workspaceName: 'Evil' };
    await users.signUp(eve);
    await users.confirm(users.latestCode(eve.email), eve.email);
    const as = await users.whoIs(eve.email);
    const [mine] = await listed(users, one.as);
    for (const operation of [sessions.getSession, sessions.revokeSession]) {
      const answer = await users.call(operation, { as, path: { sessionId: mine?.id ?? '' } });
      expect(answer).toMatchObject({ status: 404, body: { code: 'session_not_found' } });
    }
    expect(await listed(users, as)).toEqual([]);
    await refreshed(users, one.refreshToken);
  });

  test('end on signing out there, with or without the refresh token', async () => {
    const { users, one, other } = await twoDevices();
    expect(await users.call(auth.signOut, { as: one.as, body: {} })).toMatchObject({ status: 204 });
    expect(await refresh(users, one.refreshToken)).toMatchObject(refusal);
    const { signInId: _, ...unnamed } = other.as;
    const body = { refreshToken: other.refreshToken };
    expect(await users.call(auth.signOut, { as: unnamed, body })).toMatchObject({ status: 204 });
    expect(await refresh(users, other.refreshToken)).toMatchObject(refusal);
    expect(ends(users)).toEqual([{ reason: 'sign_out' }, { reason: 'sign_out' }]);
  });

  test('stay when signing out is refused for an invalid refresh token', async () => {
    const { users, one } = await twoDevices();
    const answer = await users.call(auth.signOut, { as: one.as, body: { refreshToken: 'e30.e30.e30' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'not_a_refresh_token' } });
    await refreshed(users, one.refreshToken);
  });

  test('all end on signing out everywhere', async () => {
    const { users, one, other } = await twoDevices();
    expect(await users.call(auth.signOutEverywhere, { as: one.as })).toMatchObject({ status: 204 });
    for (const { refreshToken } of [one, other]) expect(await refresh(users, refreshToken)).toMatchObject(refusal);
    expect(await listed(users, one.as)).toEqual([]);
    await users.hear('user.sign_ins_ended');
    expect(ends(users)).toEqual([{ reason: 'everywhere' }, { reason: 'everywhere' }]);
  });
});
