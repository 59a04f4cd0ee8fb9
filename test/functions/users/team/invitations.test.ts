import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as mails from '#functions/users/mail/contract.ts';
import { getMe } from '#functions/users/me/contract.ts';
import * as contract from '#functions/users/team/invitation-contract.ts';
import * as members from '#functions/users/team/member-contract.ts';
import * as workspaces from '#functions/users/workspaces/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { ada } from '../harness.ts';
import { Invited, password, team } from '../team-harness.ts';

const day = 24 * 60 * 60 * 1000;
const bob = 'bob@example.com';
const problem = (status: number, code: string) => ({ status, body: { code } });
const refused = problem(400, 'invalid_invitation');

describe('an invitation', () => {
  test('is mailed with a token of which only the hash is stored', async () => {
    const { users, owner, invite, tokenFor, told } = await team();
    const made = await invite(bob, 'manager');
    expect(made).toMatchObject({
      status: 201,
      body: { email: bob, role: 'manager', status: 'pending', isExpired: false, expiresAt: '2026-11-29T09:00:00.000Z' },
    });
    const secret = tokenFor(bob).split('.')[2] ?? '';
    expect(secret.length).toBeGreaterThan(40);
    const rows = users.changes.filter(({ after }) => after?.type === 'invitation');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows) + JSON.stringify(made)).not.toContain(secret);
    expect(JSON.stringify(made)).not.toContain('tokenHash');
    expect(told()).toEqual([
      ['invitation.sent', Invited.parse(made.body).id, expect.objectContaining({ role: 'manager' })],
    ]);
    expect(JSON.stringify(told())).not.toContain(bob);
    expect(await users.call(contract.listInvitations, { as: owner })).toMatchObject({
      body: { items: [{ email: bob }] },
    });
  });

  test('is refused for a member, for an address that is already invited, and for a role above one’s own', async () => {
    const { owner, member, invite } = await team();
    const admin = await member('admin', 'admin');
    expect(await invite('admin@example.com')).toMatchObject(problem(409, 'already_a_member'));
    expect(await invite(ada.email)).toMatchObject(problem(409, 'already_a_member'));
    await invite(bob);
    expect(await invite('Bob@Example.com')).toMatchObject(problem(409, 'already_invited'));
    expect(await invite('carol@example.com', 'owner', admin)).toMatchObject(problem(403, 'role_above_own'));
    expect(await invite('carol@example.com', 'owner', owner)).toMatchObject({ status: 201 });
  });

  test('to become an owner can be neither resent nor revoked by an admin', async () => {
    const { users, member, invite } = await team();
    const admin = await member('admin', 'admin');
    const { id: invitationId } = Invited.parse((await invite(bob, 'owner')).body);
    for (const operation of [contract.resendInvitation, contract.revokeInvitation]) {
      const answer = await users.call(operation, { as: admin, path: { invitationId } });
      expect(answer).toMatchObject(problem(403, 'role_above_own'));
    }
  });
});

describe('joining by the link of an invitation', () => {
  test('creates a person who can sign in at once, in the role of the invitation', async () => {
    const { users, owner, invite, register, tokenFor, told } = await team();
    await invite(bob, 'manager');
    const joined = await register(tokenFor(bob));
    expect(joined).toEqual({
      status: 200,
      body: { workspaceId: owner.workspaceId, role: 'manager', nextStep: 'sign_in' },
    });
    const answer = await users.signIn({ ...ada, email: bob, password });
    expect(answer).toMatchObject({ status: 200 });
    const as = await users.whoIs(bob);
    expect(await users.call(getMe, { as })).toMatchObject({
      body: { person: { email: bob, name: 'Someone New' }, role: 'manager', workspace: { id: owner.workspaceId } },
    });
    expect(told().at(-1)).toEqual(['member.added', as.personId, { role: 'manager' }]);
  });

  test('replaces a sign-up of the address that nobody has confirmed', async () => {
    const { users, invite, register, tokenFor } = await team();
    await users.signUp({ ...ada, email: bob });
    await invite(bob);
    expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
    expect(await users.signIn({ ...ada, email: bob, password: ada.password })).toMatchObject({ status: 401 });
    expect(await users.signIn({ ...ada, email: bob, password })).toMatchObject({ status: 200 });
  });

  test('with an existing account requires its password, and changes nothing of it', async () => {
    const { users, owner, stranger, invite, register, tokenFor } = await team();
    const eve = await stranger('eve');
    await invite('eve@example.com');
    const token = tokenFor('eve@example.com');
    expect(await register(token)).toMatchObject(refused);
    expect(await register(token, { password: ada.password })).toMatchObject({ status: 200 });
    // She stays in the workspace that she was in.
    expect(await users.whoIs('eve@example.com')).toEqual(eve);
    expect((await users.deps.members.get(owner.workspaceId, eve.personId)).role).toBe('editor');
  });

  test('completes after a crash that left an account without a person', async () => {
    const { users, invite, register, tokenFor } = await team();
    await invite(bob);
    await users.deps.provider.createUser({ email: bob, password, name: 'Bob' }, async () => false);
    // A user without a person is nobody's: whoever has the mailed link sets the password.
    expect(await register(tokenFor(bob), { password: ada.password })).toMatchObject({ status: 200 });
    expect(await users.signIn({ ...ada, email: bob })).toMatchObject({ status: 200 });
  });

  test('refuses a guessable password for a new account, and any but its own for an existing one', async () => {
    const { users, stranger, invite, register, tokenFor } = await team();
    await invite(bob);
    for (const [guessable, code] of [
      ['Password-2026!', 'common_password'],
      ['Someone-New-9-x!', 'personal_password'],
    ] as const) {
      expect(await register(tokenFor(bob), { password: guessable })).toMatchObject(problem(400, code));
    }
    expect(await users.signIn({ ...ada, email: bob, password: 'Password-2026!' })).toMatchObject({ status: 401 });
    expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
    await stranger('eve');
    await invite('eve@example.com');
    const wrong = { password: 'Password-2026!' };
    expect(await register(tokenFor('eve@example.com'), wrong)).toMatchObject(refused);
  });

  test('locks nobody out of an account whose password is guessed by the link', async () => {
    const { users, stranger, invite, register, tokenFor } = await team();
    await stranger('eve');
    await invite('eve@example.com');
    const token = tokenFor('eve@example.com');
    for (let tries = 0; tries < 8; tries += 1) expect(await register(token)).toMatchObject(refused);
    expect(await register(token, { password: ada.password })).toMatchObject(problem(429, 'too_many_tries'));
    expect(await users.signIn({ ...ada, email: 'eve@example.com' })).toMatchObject({ status: 200 });
  });

  test('readmits a person who is in no workspace any more', async () => {
    const { users, owner, member, call, invite, register, tokenFor } = await team();
    const as = await member('bob');
    await call(members.removeMember, owner, as.personId);
    await expect(users.whoIs(bob)).rejects.toThrow('workspace_id');
    users.clock.pass(60_000);
    await invite(bob, 'analyst');
    expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
    expect(await users.whoIs(bob)).toEqual({ ...as, role: 'analyst' });
  });
});

describe('accepting an invitation while signed in', () => {
  test('joins its workspace, and stays in the workspace of the token until switching', async () => {
    const { users, owner, stranger, invite, accept, tokenFor } = await team();
    const eve = await stranger('eve');
    await invite('eve@example.com', 'analyst');
    expect(await accept(tokenFor('eve@example.com'), eve)).toEqual({
      status: 200,
      body: { workspaceId: owner.workspaceId, role: 'analyst', nextStep: 'switch_workspace' },
    });
    expect(await users.whoIs('eve@example.com')).toEqual(eve);
  });

  test('is refused when it is for another address, and leaves it valid', async () => {
    const { stranger, invite, accept, register, tokenFor } = await team();
    const eve = await stranger('eve');
    await invite(bob);
    expect(await accept(tokenFor(bob), eve)).toMatchObject(refused);
    expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
  });
});

describe('an invalid token is refused with invalid_invitation and changes nothing', () => {
  const cases = {
    'a made-up one': async ({ tokenFor }) => `${tokenFor(bob).split('.').slice(0, 2).join('.')}.${'x'.repeat(43)}`,
    'one that is none': async () => 'nonsense',
    'one with a dot too many': async ({ tokenFor }) => `${tokenFor(bob)}.`,
    'a used one': async ({ tokenFor, register }) => {
      await register(tokenFor(bob));
      return tokenFor(bob);
    },
    'an expired one': async ({ tokenFor, users }) => {
      users.clock.pass(7 * day);
      return tokenFor(bob);
    },
    'a revoked one': async ({ tokenFor, users, owner, invitationId }) => {
      await users.call(contract.revokeInvitation, { as: owner, path: { invitationId } });
      return tokenFor(bob);
    },
    'one that was sent again since': async ({ tokenFor, users, owner, invitationId }) => {
      const former = tokenFor(bob);
      users.clock.pass(60_000);
      await users.call(contract.resendInvitation, { as: owner, path: { invitationId } });
      return former;
    },
  } satisfies Record<string, (scene: Awaited<ReturnType<typeof team>> & { invitationId: string }) => Promise<string>>;

  test.each(Object.entries(cases))('%s', async (_, prepare) => {
    const scene = await team();
    const eve = await scene.stranger('eve');
    const { id: invitationId } = Invited.parse((await scene.invite(bob)).body);
    const token = await prepare({ ...scene, invitationId });
    const before = scene.users.changes.length;
    expect(await scene.register(token)).toMatchObject(refused);
    expect(await scene.accept(token, eve)).toMatchObject(refused);
    expect(scene.users.changes.length).toBe(before);
  });
});

test('a resent invitation is accepted with the new link, for another seven days', async () => {
  const { users, owner, invite, register, tokenFor } = await team();
  const { id: invitationId } = Invited.parse((await invite(bob)).body);
  users.clock.pass(6 * day);
  const again = await users.call(contract.resendInvitation, { as: owner, path: { invitationId } });
  expect(again).toMatchObject({ status: 200, body: { expiresAt: '2026-12-05T09:00:00.000Z' } });
  users.clock.pass(7 * day - 1);
  expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
  for (const operation of [contract.resendInvitation, contract.revokeInvitation]) {
    const closed = await users.call(operation, { as: owner, path: { invitationId } });
    expect(closed).toMatchObject(problem(409, 'invitation_closed'));
  }
});

test('an invitation that cannot be mailed again for now keeps its link, and the inviter sees that', async () => {
  const { users, owner, invite, register, tokenFor } = await team();
  const invited = await invite(bob);
  expect(invited).toMatchObject({ body: { mail: { status: 'waiting', suppressedFor: null } } });
  const { id: invitationId, version } = Invited.parse(invited.body);
  await users.call(contract.resendInvitation, { as: owner, path: { invitationId } });
  const token = tokenFor(bob);
  const again = await users.call(contract.resendInvitation, { as: owner, path: { invitationId } });
  expect(again).toMatchObject({ status: 200, body: { version: version + 1, mail: { status: 'suppressed' } } });
  expect(again).toMatchObject({ body: { mail: { suppressedFor: 'recipient_limit' } } });
  expect(tokenFor(bob)).toBe(token);
  const listed = await users.call(mails.listMails, { as: owner, query: { status: 'suppressed' } });
  expect(listed).toMatchObject({ body: { items: [{ to: 'b***@example.com', suppressedFor: 'recipient_limit' }] } });
  expect(await register(token)).toMatchObject({ status: 200 });
});

test('a removed member, and a person whose invitation was revoked, are mailed when invited again within a minute', async () => {
  const { users, owner, invite, member, register, tokenFor, call } = await team();
  const first = Invited.parse((await invite(bob)).body);
  expect((await users.call(contract.revokeInvitation, { as: owner, path: { invitationId: first.id } })).status).toBe(
    204,
  );
  expect(await invite(bob)).toMatchObject({ body: { mail: { status: 'waiting' } } });
  expect(await register(tokenFor(bob))).toMatchObject({ status: 200 });
  const carol = await member('carol');
  expect((await call(members.removeMember, owner, carol.personId)).status).toBe(204);
  expect(await invite('carol@example.com')).toMatchObject({ body: { mail: { status: 'waiting' } } });
});

test('new workspaces that invite one mailbox share a limit, and use up nothing of an established workspace', async () => {
  const { users, owner, invite, stranger } = await team();
  users.clock.pass(8 * 24 * 60 * 60 * 1000);
  const eve = await stranger('eve');
  const statuses: unknown[] = [];
  for (const alias of ['bob', 'bob+a', 'bob+b', 'bob+c', 'bob+d']) {
    const made = await users.call(workspaces.createWorkspace, { as: eve, body: { name: 'Client' } });
    const { workspaceId } = z.object({ workspaceId: z.string() }).parse(made.body);
    const { mail } = z
      .object({ mail: z.object({ status: z.string() }) })
      .parse((await invite(`${alias}@example.com`, 'editor', { ...eve, workspaceId })).body);
    statuses.push(mail.status);
  }
  expect(statuses).toEqual(['waiting', 'waiting', 'waiting', 'suppressed', 'suppressed']);
  expect(await invite(bob, 'editor', owner)).toMatchObject({ body: { mail: { status: 'waiting' } } });
});

test('workspaces that invite one address need not wait for each other, and together mail it three times a day', async () => {
  const { users, owner, invite } = await team();
  const statuses: unknown[] = [];
  for (let count = 0; count < 6; count += 1) {
    const made = await users.call(workspaces.createWorkspace, { as: owner, body: { name: `Client ${count}` } });
    const { workspaceId } = z.object({ workspaceId: z.string() }).parse(made.body);
    const { mail } = z
      .object({ mail: z.object({ status: z.string() }) })
      .parse((await invite(bob, 'editor', { ...owner, workspaceId })).body);
    statuses.push(mail.status);
  }
  expect(statuses).toEqual(['waiting', 'waiting', 'waiting', 'suppressed', 'suppressed', 'suppressed']);
});

test('an invitation that is accepted several times concurrently is accepted once', async () => {
  const { users, owner, stranger, invite, accept, register, tokenFor, told } = await team();
  const eve = await stranger('eve');
  await invite('eve@example.com');
  const token = tokenFor('eve@example.com');
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => accept(token, eve)),
    ...Array.from({ length: 4 }, () => register(token, { password: ada.password })),
  ]);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { body } of answers.filter(({ status }) => status !== 200)) {
    expect(Problem.parse(body).code).toMatch(/^(invalid_invitation|already_a_member)$/);
  }
  expect(told().filter(([type]) => type === 'member.added')).toHaveLength(1);
  expect((await users.deps.members.all(owner.workspaceId)).length).toBe(2);
});

test('an invitation that is revoked while it is being accepted is refused', async () => {
  const between: (() => Promise<unknown>)[] = [];
  const { users, owner, invite, register, tokenFor, told } = await team(async () => {
    await between.shift()?.();
  });
  const { id: invitationId } = Invited.parse((await invite(bob)).body);
  between.push(() => users.call(contract.revokeInvitation, { as: owner, path: { invitationId } }));
  expect(await register(tokenFor(bob))).toMatchObject(refused);
  expect(told().map(([type]) => type)).toEqual(['invitation.sent', 'invitation.revoked']);
});

test.each([
  ['an address that is none', contract.createInvitation, { email: 'bob', role: 'editor' }, 'body.email'],
  ['a role that is none', contract.createInvitation, { email: bob, role: 'emperor' }, 'body.role'],
  ['more than is asked for', contract.createInvitation, { email: bob, role: 'editor', note: 'hi' }, 'body'],
  ['a huge token', contract.acceptInvitation, { token: 'x'.repeat(201) }, 'body.token'],
  ['a weak password', contract.registerByInvitation, { token: 'x', name: 'Bob', password: 'short' }, 'body.password'],
  ['an empty name', contract.registerByInvitation, { token: 'x', name: ' ', password }, 'body.name'],
])('%s is refused with its field', async (_, operation, body, path) => {
  const { users, owner } = await team();
  const as = operation.access === 'public' ? {} : { as: owner };
  const answer = await users.call(operation, { ...as, body });
  expect(answer.status).toBe(400);
  expect(Problem.parse(answer.body).fields?.map((field) => field.path)).toContain(path);
});
