import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as audit from '#functions/users/audit/contract.ts';
import * as contract from '#functions/users/contract.ts';
import { register } from '#functions/users/domain/person.ts';
import { health } from '#functions/users/health.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import * as signUps from '#functions/users/sign-up/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

const stranger = { email: 'eve@example.com', password: 'Another-Horse-7-Staple', name: 'Eve', workspaceName: 'Evil' };
const signUpAccepted = {
  status: 202,
  body: { status: 'confirmation_required', signUpToken: expect.stringMatching(/^[\w-]{43}$/) as string },
};
const TokensReply = z.strictObject({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int(),
  tokenType: z.string(),
  deviceToken: z.string(),
});
/** Writes of a new version of something, apart from emails. */
const written = ({ deps }: ReturnType<typeof harness>) =>
  deps.changes.filter(({ before, after }) => after?.type !== 'mail' && after?.version !== before?.version);
const confirmed = {
  status: 200,
  body: { status: 'confirmed', deviceToken: expect.stringMatching(/^[\w-]{36}\.[\w-]{43}$/) as string },
};

describe('sign-up', () => {
  test('mails a code and returns the next step', async () => {
    const users = harness();
    expect(await users.signUp()).toEqual(signUpAccepted);
    expect(users.mailsTo(ada.email)).toHaveLength(1);
  });

  test('answers the same for a known address, and changes nothing', async () => {
    const users = harness();
    await users.ada();
    const again = await users.signUp({ ...ada, password: stranger.password });
    expect(again).toEqual(signUpAccepted);
    expect(users.mailsTo(ada.email).map(({ kind }) => kind)).toEqual(['sign_up', 'account_exists']);
    expect(users.codesTo(ada.email)).toHaveLength(1);
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });

  test('treats an address in any case as the same one', async () => {
    const users = harness();
    await users.signUp({ ...ada, email: 'Ada@Example.COM' });
    expect(users.mailsTo(ada.email)).toHaveLength(1);
  });

  test.each([
    ['short', 'Aa-123456'],
    ['without a digit', 'Correct-Horse-Battery'],
    ['without a symbol', 'CorrectHorse9Battery'],
    ['without a capital', 'correct-horse-9-battery'],
    ['without a small letter', 'CORRECT-HORSE-9-BATTERY'],
    ['with a space at its end', 'Correct-Horse-9-Battery '],
  ])('refuses a password %s and names the field, not the password', async (_, password) => {
    const users = harness();
    const { status, body } = await users.signUp({ ...ada, password });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_body', fields: [{ path: 'body.password' }] });
    expect(JSON.stringify(body)).not.toContain(password);
    expect(users.mailsTo(ada.email)).toEqual([]);
  });
});

describe('confirming a sign-up', () => {
  test('creates the person, the workspace and its owner', async () => {
    const users = harness();
    await users.signUp();
    expect(await users.confirm()).toEqual(confirmed);
    expect(written(users).map(({ after }) => after?.type)).toEqual(['person', 'workspace', 'membership']);
    expect(written(users)[2]?.after).toMatchObject({ role: 'owner', version: 1 });
  });

  test('is refused the same way for a wrong code and an unknown address', async () => {
    const users = harness();
    await users.signUp();
    const wrong = await users.confirm('ZZZZ-ZZZZ');
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_code', fields: [{ path: 'body.code' }] } });
    expect(await users.confirm('ZZZZ-ZZZZ', stranger.email)).toEqual(wrong);
    expect(written(users)).toEqual([]);
    expect(await users.confirm()).toMatchObject({ status: 200 });
  });

  test('accepts a code for a day, however it is typed, and none that is older', async () => {
    const users = harness();
    await users.signUp();
    const old = users.latestCode(ada.email);
    users.clock.pass(60_000);
    await users.call(signUps.resendCode, { body: { email: ada.email } });
    const latest = users.latestCode(ada.email);
    expect(latest).not.toBe(old);
    expect(latest).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    users.clock.pass(24 * 60 * 60 * 1000 - 60_000);
    expect(await users.confirm(old)).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
    const typed = ` ${latest.toLowerCase().replace('-', ' ').replace(/0/g, 'o').replace(/1/g, 'l')} `;
    expect(await users.confirm(typed)).toEqual(confirmed);
  });

  test('can be repeated with the same code, and creates nothing twice', async () => {
    const users = harness();
    await users.ada();
    expect(await users.confirm()).toMatchObject({ status: 200 });
    expect(written(users)).toHaveLength(3);
    users.clock.pass(24 * 60 * 60 * 1000);
    expect(await users.confirm()).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
  });

  test('reveals nothing about a confirmed address to a stranger with another code', async () => {
    const users = harness();
    await users.ada();
    const known = await users.confirm('ZZZZ-ZZZZ');
    expect(known).toEqual(await users.confirm('ZZZZ-ZZZZ', stranger.email));
    expect(known.status).toBe(400);
  });

  test('completes the sign-up after a crash that left a user without a person', async () => {
    const users = harness();
    await users.signUp();
    await users.deps.provider.createUser(ada, async () => false);
    expect(await users.signIn()).toMatchObject({ status: 403, body: { code: 'no_workspace' } });
    expect(await users.confirm()).toMatchObject({ status: 200 });
    expect(written(users).map(({ after }) => after?.type)).toEqual(['person', 'workspace', 'membership']);
    expect(await users.signIn()).toMatchObject({ status: 200 });
  });

  test('tells the identity provider nothing before, and the password is never stored in plain text', async () => {
    const users = harness();
    await users.signUp();
    expect(await users.deps.provider.find(ada.email)).toBeUndefined();
    expect(JSON.stringify([...users.items])).not.toContain(ada.password);
    await users.confirm();
    expect(JSON.stringify([...users.items.values()].filter(({ sk }) => sk === 'SIGNUP'))).not.toContain(ada.name);
  });

  test('changes nothing for a person who has got an account meanwhile by an invitation', async () => {
    const users = harness();
    await users.signUp();
    const { subject } = await users.deps.provider.createUser(
      { ...ada, password: stranger.password },
      async () => false,
    );
    const { person, ...rest } = register({ ...ada, subject, workspaceId: owner.workspaceId }, 'X', users.clock.now());
    await users.deps.people.register({ person, ...rest }, 'request-1');
    expect(await users.confirm()).toMatchObject({ status: 400, body: { code: 'invalid_code' } });
    expect(await users.signIn({ ...ada, password: stranger.password })).toMatchObject({ status: 200 });
  });

  test('twice concurrently creates one person', async () => {
    const users = harness();
    await users.signUp();
    const answers = await Promise.all([users.confirm(), users.confirm()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(written(users)).toHaveLength(3);
  });
});

describe('requesting the code again', () => {
  test('answers the same for a pending, a confirmed and an unknown address', async () => {
    const users = harness();
    await users.signUp();
    users.clock.pass(60_000);
    const accepted = { status: 202, body: { status: 'accepted' } };
    expect(await users.call(signUps.resendCode, { body: { email: ada.email } })).toEqual(accepted);
    expect(users.mailsTo(ada.email)).toHaveLength(2);
    await users.confirm();
    users.clock.pass(300_000);
    expect(await users.call(signUps.resendCode, { body: { email: ada.email } })).toEqual(accepted);
    expect(users.mailsTo(ada.email)).toHaveLength(2);
    expect(await users.call(signUps.resendCode, { body: { email: stranger.email } })).toEqual(accepted);
    expect(users.mailsTo(stranger.email)).toEqual([]);
  });
});

describe('signing in', () => {
  test('returns tokens and records the time', async () => {
    const users = harness();
    await users.ada();
    const { status, body } = await users.signIn();
    expect(status).toBe(200);
    expect(TokensReply.parse(body)).toMatchObject({ expiresIn: 900, tokenType: 'Bearer' });
    expect(written(users).at(-2)).toMatchObject({
      before: { lastSignInAt: null, version: 1 },
      after: { lastSignInAt: '2026-11-22T09:00:00.000Z', version: 2 },
    });
  });

  test('is refused the same way for a wrong password, an unknown address and an unconfirmed sign-up', async () => {
    const users = harness();
    await users.ada();
    await users.signUp(stranger);
    const wrong = await users.signIn({ ...ada, password: stranger.password });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await users.signIn({ ...ada, email: 'nobody@example.com' })).toEqual(wrong);
    expect(await users.signIn({ ...ada, ...stranger })).toEqual(wrong);
    expect(written(users)).toHaveLength(3);
  });
});

describe('refreshing and signing out', () => {
  const signedIn = async () => {
    const users = harness();
    const as = await users.ada();
    const { refreshToken } = TokensReply.parse((await users.signIn()).body);
    return { users, as, refreshToken };
  };

  test('a refresh token returns a new access token until signing out revokes it', async () => {
    const { users, as, refreshToken } = await signedIn();
    const refresh = () => users.call(auth.refreshTokens, { body: { refreshToken } });
    expect(await refresh()).toMatchObject({ status: 200, body: { tokenType: 'Bearer' } });
    expect(await users.call(auth.signOut, { as, body: { refreshToken } })).toEqual({
      status: 204,
      body: undefined,
    });
    expect(await refresh()).toMatchObject({ status: 401, body: { code: 'invalid_refresh_token' } });
  });

  test('signing out without a refresh token is recorded, too', async () => {
    const { users, as } = await signedIn();
    users.clock.pass(1000);
    expect(await users.call(auth.signOut, { as, body: {} })).toMatchObject({ status: 204 });
    expect(written(users).at(-1)).toMatchObject({
      before: { lastSignOutAt: null },
      after: { lastSignOutAt: '2026-11-22T09:00:01.000Z', changedBy: { type: 'person', id: as.personId } },
    });
  });

  test('signing out requires a signed-in person', async () => {
    const { users } = await signedIn();
    expect(await users.call(auth.signOut, { body: {} })).toMatchObject({ status: 401 });
  });
});

describe('the audit trail', () => {
  const event = (minute: number, entityId = 'pst_1', eventType = 'post.created') => ({
    id: `evt_${String(minute).padStart(26, '0')}`,
    eventType,
    entityId,
    entityVersion: 1,
    actor: { type: 'person' as const, id: owner.personId },
    occurredAt: `2026-11-22T09:0${minute}:00.000Z`,
    correlationId: 'request-1',
    network: null,
    outcome: 'done' as const,
    data: { accountId: 'acc_1' },
  });
  const Items = z.object({ items: z.array(z.object({ id: z.string() })), nextCursor: z.string().nullable() });
  const filled = async () => {
    const users = harness();
    await users.deps.audit.append(owner.workspaceId, event(1));
    await users.deps.audit.append(owner.workspaceId, event(2, 'pst_2'));
    await users.deps.audit.append(owner.workspaceId, event(3, 'pst_1', 'post.published'));
    await users.deps.audit.append('wsp_01KATJ9V5H8Q3M4N5P6R7S8TZZ', event(4));
    const minutes = async (query: Record<string, string>) => {
      const { items } = Items.parse((await users.call(audit.listAuditEvents, { as: owner, query })).body);
      return items.map(({ id }) => Number(id.slice(-1)));
    };
    return { users, minutes };
  };

  test('is listed newest first, and only that of the own workspace', async () => {
    const { users, minutes } = await filled();
    expect(await minutes({})).toEqual([3, 2, 1]);
    const { body } = await users.call(audit.listAuditEvents, { as: owner, query: { limit: '1' } });
    expect(body).toMatchObject({ items: [event(3, 'pst_1', 'post.published')] });
  });

  test('continues where the last page ended', async () => {
    const { users, minutes } = await filled();
    const { body } = await users.call(audit.listAuditEvents, { as: owner, query: { limit: '2' } });
    const { nextCursor } = Items.parse(body);
    expect(await minutes({ limit: '2', cursor: nextCursor ?? '' })).toEqual([1]);
  });

  test('is filtered by entity, type and time', async () => {
    const { minutes } = await filled();
    expect(await minutes({ entityId: 'pst_1' })).toEqual([3, 1]);
    expect(await minutes({ eventType: 'post.created' })).toEqual([2, 1]);
    expect(await minutes({ from: '2026-11-22T09:02:00Z', to: '2026-11-22T09:03:00Z' })).toEqual([2]);
  });

  test.each(['manager', 'editor', 'analyst'] as const)('is refused to the role %s', async (role) => {
    const { users } = await filled();
    const answer = await users.call(audit.listAuditEvents, { as: { ...owner, role } });
    expect(answer).toMatchObject({ status: 403, body: { code: 'role_lacks_permission' } });
  });
});

describe('bad input', () => {
  const { confirmSignUp, listAuditEvents, refreshTokens, resendCode, signIn, signOut, signUp } = {
    ...auth,
    ...audit,
    ...signUps,
  };
  const signUpToken = 'x'.repeat(43);
  const bodies: [string, Operation, unknown, string][] = [
    ['an address that is none', signUp, { ...ada, email: 'ada' }, 'body.email'],
    [
      'an address too long for Cognito',
      signUp,
      { ...ada, email: `${'a'.repeat(60)}@${'b'.repeat(60)}.example.com` },
      'body.email',
    ],
    ['an empty name', signUp, { ...ada, name: '  ' }, 'body.name'],
    ['a control character in a name', signUp, { ...ada, workspaceName: 'Engines\u0007' }, 'body.workspaceName'],
    ['a role of their own choice', signUp, { ...ada, role: 'owner' }, 'body'],
    ['a code that is none', confirmSignUp, { email: ada.email, code: 'K7PM-3XQ', signUpToken }, 'body.code'],
    ['a code as a number', confirmSignUp, { email: ada.email, code: 123456, signUpToken }, 'body.code'],
    ['a confirmation without the token', confirmSignUp, { email: ada.email, code: 'K7PM-3XQD' }, 'body.signUpToken'],
    ['no address', resendCode, {}, 'body.email'],
    ['an empty password', signIn, { email: ada.email, password: '' }, 'body.password'],
    ['a list', signIn, [], 'body'],
    ['a refresh token with a line break', refreshTokens, { refreshToken: 'a\nb' }, 'body.refreshToken'],
    ['a huge refresh token', refreshTokens, { refreshToken: 'a'.repeat(9000) }, 'body.refreshToken'],
    ['a refresh token that is none', signOut, { refreshToken: 7 }, 'body.refreshToken'],
  ];
  test.each(bodies)('such as %s is refused with its field', async (_, operation, body, path) => {
    const users = harness();
    const as = operation.access === 'public' ? {} : { as: owner };
    const answer = await users.call(operation, { body, ...as });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_body', fields: [{ path }] } });
    expect(written(users)).toEqual([]);
  });

  test.each([
    ['an unknown event type', { eventType: 'user.exploded' }, 'query.eventType'],
    ['a time that is none', { from: 'yesterday' }, 'query.from'],
    ['a cursor of another query', { cursor: 'W10' }, 'query.cursor'],
    ['an unknown filter', { who: 'ada' }, 'query'],
  ])('such as %s in a query is refused with its field', async (_, query, path) => {
    const answer = await harness().call(listAuditEvents, { as: owner, query });
    expect(answer).toMatchObject({ status: 400, body: { fields: [{ path }] } });
  });
});

test('health and readiness answer', async () => {
  const users = harness();
  expect(await users.call(health.health)).toEqual({ status: 200, body: { context: 'users', status: 'up' } });
  expect(await users.call(health.ready)).toMatchObject({ status: 200 });
});

test('no reply that contains credentials is stored for its Idempotency-Key', () => {
  const holdsCredentials = ({ request, response }: Operation): boolean =>
    /password|secret|accessToken|access_token/i.test(
      JSON.stringify([
        z.toJSONSchema(request.body, { io: 'input' }),
        z.toJSONSchema(response, { unrepresentable: 'any' }),
      ]),
    );
  const posts = contract.operations.filter(
    (operation) =>
      operation.method === 'POST' && (operation.path.startsWith('/v1/auth/') || holdsCredentials(operation)),
  );
  expect(posts.map(({ id }) => id)).toEqual(expect.arrayContaining(['signIn', 'createServiceAccount', 'issueToken']));
  expect(posts.map(({ idempotency }) => idempotency)).toEqual(posts.map(() => 'inherent'));
});
