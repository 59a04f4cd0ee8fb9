import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import * as totp from '#functions/users/credentials/totp-contract.ts';
import { workspaceIdOf } from '#functions/users/ports/tokens.ts';
import { eraseMe } from '#functions/users/privacy/erasure-contract.ts';
import { exportMe } from '#functions/users/privacy/export-contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import * as members from '#functions/users/team/member-contract.ts';
import * as workspaces from '#functions/users/workspaces/contract.ts';
import { ada } from '../harness.ts';
import { password, team } from '../team-harness.ts';

const Tokens = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.number(),
  tokenType: z.literal('Bearer'),
});
const bob = { ...ada, email: 'bob@example.com', password };

/** Bob, signed in, whose only workspace is Ada's. */
const scene = async (pause?: () => Promise<void>) => {
  const ground = await team(pause);
  const { users, owner, member, call } = ground;
  const as = await member('bob');
  const tokens = Tokens.parse((await users.signIn(bob)).body);
  const before = users.changes.length;
  return {
    ...ground,
    as,
    tokens,
    remove: () => call(members.removeMember, owner, as.personId),
    /** The events about Bob since then, by type and workspace. */
    toldOfBob: () =>
      users.changes
        .slice(before)
        .flatMap(eventsFor)
        .filter(({ detail }) => detail.entityId === as.personId)
        .map(({ definition, detail }) => [definition.type, detail.workspaceId]),
  };
};

describe('a person who lost their only workspace', () => {
  test('gets one of their own at the next sign-in, and its events stay in it', async () => {
    const { users, owner, remove, toldOfBob } = await scene();
    await remove();
    users.clock.pass(1000);
    const workspaceId = workspaceIdOf(Tokens.parse((await users.signIn(bob)).body));
    expect(workspaceId).not.toBe(owner.workspaceId);
    const mine = await users.whoIs(bob.email);
    expect(mine).toMatchObject({ workspaceId, role: 'owner' });
    expect(await users.deps.people.findWorkspace(mine.workspaceId)).toMatchObject({ name: 'Someone New' });
    expect(toldOfBob()).toEqual([
      ['member.removed', owner.workspaceId],
      ['member.added', workspaceId],
      ['user.login', workspaceId],
    ]);
    // The next sign-in continues in it.
    await users.signIn(bob);
    expect(await users.whoIs(bob.email)).toEqual(mine);
  });

  test('gets one at the next refresh, and their session continues there', async () => {
    const { users, owner, tokens, remove } = await scene();
    await remove();
    const { refreshToken } = tokens;
    const renewed = Tokens.parse((await users.call(auth.refreshTokens, { body: { refreshToken } })).body);
    const mine = await users.whoIs(bob.email);
    expect(workspaceIdOf(renewed)).toBe(mine.workspaceId);
    expect(mine.workspaceId).not.toBe(owner.workspaceId);
    await users.call(auth.signOutEverywhere, { as: mine });
    await users.hear('user.sign_ins_ended');
    const ends = users
      .events()
      .filter(({ definition }) => definition.type === 'session.ended')
      .map(({ detail }) => detail.workspaceId);
    expect(ends).toEqual([mine.workspaceId]);
  });

  test('gets only one, however many sign-ins are concurrent', async () => {
    const { users, remove, toldOfBob } = await scene();
    await remove();
    const answers = await Promise.all([1, 2, 3].map(() => users.signIn(bob)));
    const opened = answers.map(({ body }) => workspaceIdOf(Tokens.parse(body)));
    expect(new Set(opened).size).toBe(1);
    expect(toldOfBob().filter(([type]) => type === 'member.added')).toHaveLength(1);
  });

  test('gets one after the code of the authenticator, too', async () => {
    const { users, as, remove } = await scene();
    await users.call(totp.beginTotp, { as, body: { password } });
    const code = users.deps.provider.totpCode(bob.email);
    expect(await users.call(totp.confirmTotp, { as, body: { code } })).toMatchObject({ status: 204 });
    await remove();
    // The code that enrolled the authenticator signs nobody in.
    users.clock.pass(120_000);
    const asked = z.object({ challengeToken: z.string() }).parse((await users.signIn(bob)).body);
    const answer = await users.call(auth.answerTotp, { body: { ...asked, code } });
    expect(workspaceIdOf(Tokens.parse(answer.body))).toBe((await users.whoIs(bob.email)).workspaceId);
  });

  test('can export their data, create another workspace, and have themselves erased', async () => {
    const { users, remove } = await scene();
    await remove();
    await users.signIn(bob);
    const mine = await users.whoIs(bob.email);
    expect(await users.call(exportMe, { as: mine })).toMatchObject({ status: 202 });
    const more = await users.call(workspaces.createWorkspace, { as: mine, body: { name: 'Anew' } });
    expect(more).toMatchObject({ status: 201 });
    expect(await users.call(eraseMe, { as: mine, body: { password } })).toMatchObject({ status: 202 });
    // From then on they can neither sign in nor get another workspace.
    expect(await users.signIn(bob)).toMatchObject({ status: 403, body: { code: 'no_workspace' } });
    expect((await users.deps.people.membershipsOf(mine.personId)).map(({ workspaceId }) => workspaceId)).toHaveLength(
      2,
    );
  });

  test('gets none while they are being erased, even when that is requested at the same moment', async () => {
    const { users, as, remove, toldOfBob } = await scene();
    await remove();
    const { subject } = z.object({ subject: z.string() }).parse(await users.deps.provider.find(bob.email));
    const people = { ...users.deps.people };
    users.deps.people.membershipsOf = async (personId) => {
      const person = await users.deps.people.find(subject);
      if (person) {
        const erasure = { requestedAt: person.updatedAt, workspaceIds: [] };
        const author = { actor: { type: 'person' as const, id: as.personId }, correlationId: 'request-1' };
        await users.deps.erasures.save({ ...person, erasure }, author);
      }
      return people.membershipsOf(personId);
    };
    expect(await users.signIn(bob)).toMatchObject({ status: 403, body: { code: 'no_workspace' } });
    expect(toldOfBob().map(([type]) => type)).toEqual(['member.removed', 'person.erasure_requested']);
  });
});

test('a person who is still in another workspace continues there', async () => {
  const { users, as, owner, remove, call } = await scene();
  const made = await users.call(workspaces.createWorkspace, { as, body: { name: 'Second' } });
  const { workspaceId } = z.object({ workspaceId: z.string() }).parse(made.body);
  expect(await call(members.disableMember, owner, as.personId)).toMatchObject({ status: 200 });
  // The first workspace is active again, as after a deletion that was under way when they came back.
  const { subject } = z.object({ subject: z.string() }).parse(await users.deps.provider.find(bob.email));
  const person = await users.deps.people.find(subject);
  if (!person) throw new Error('Bob is gone');
  const author = { actor: { type: 'person' as const, id: as.personId }, correlationId: 'request-1' };
  await users.deps.erasures.save({ ...person, workspaceId: owner.workspaceId }, author);
  await remove();
  expect(workspaceIdOf(Tokens.parse((await users.signIn(bob)).body))).toBe(workspaceId);
});
