import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as members from '#functions/users/team/member-contract.ts';
import * as contract from '#functions/users/workspaces/contract.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const day = 24 * 60 * 60 * 1000;
const problem = (status: number, code: string) => ({ status, body: { code } });
const Made = z.object({ workspaceId: z.string() });

const taskOf = (task: string, input: object) => ({ task, input, execution: 'arn:execution', correlationId: 'look-1' });

describe('several workspaces of one person', () => {
  test('are created, listed and switched between; the next token is for the new one', async () => {
    const { users, owner, told } = await team();
    users.clock.pass(1);
    const made = await users.call(contract.createWorkspace, { as: owner, body: { name: 'Second' } });
    expect(made).toMatchObject({ status: 201, body: { name: 'Second', deletionDueAt: null } });
    const { workspaceId } = Made.parse(made.body);
    expect(told().at(-1)).toEqual(['member.added', owner.personId, { role: 'owner' }]);
    expect((await users.whoIs(ada.email)).workspaceId).toBe(owner.workspaceId);
    const listed = await users.call(contract.listMyWorkspaces, { as: owner });
    expect(listed).toMatchObject({
      body: {
        items: [
          { workspaceId: owner.workspaceId, name: ada.workspaceName, role: 'owner', isActive: true },
          { workspaceId, name: 'Second', role: 'owner', isActive: false },
        ],
      },
    });
    const switched = await users.call(contract.switchWorkspace, { as: owner, path: { workspaceId } });
    expect(switched).toEqual({ status: 200, body: { workspaceId, role: 'owner', nextStep: 'refresh_tokens' } });
    expect(await users.whoIs(ada.email)).toEqual({ ...owner, workspaceId });
    expect(await users.call(contract.getMyWorkspace, { as: owner, path: { workspaceId } })).toMatchObject({
      body: { name: 'Second' },
    });
  });

  test('are not found when the person is not a member, or is disabled there', async () => {
    const { users, owner, stranger, invite, accept, tokenFor, call } = await team();
    const eve = await stranger('eve');
    const path = { workspaceId: owner.workspaceId };
    const tries = () =>
      Promise.all(
        [contract.switchWorkspace, contract.getMyWorkspace].map((each) => users.call(each, { as: eve, path })),
      );
    const absent = problem(404, 'workspace_not_found');
    expect(await tries()).toMatchObject([absent, absent]);
    await invite('eve@example.com');
    await accept(tokenFor('eve@example.com'), eve);
    expect(await tries()).toMatchObject([{ status: 200 }, { status: 200 }]);
    await call(members.disableMember, owner, eve.personId);
    expect(await tries()).toMatchObject([absent, absent]);
    expect((await users.whoIs('eve@example.com')).workspaceId).toBe(eve.workspaceId);
  });

  test('stay as they are when the person is disabled while switching', async () => {
    const between: (() => Promise<unknown>)[] = [];
    const scene = await team(async () => {
      await between.shift()?.();
    });
    const { users, owner, stranger, invite, accept, tokenFor, call } = scene;
    const eve = await stranger('eve');
    await invite('eve@example.com');
    await accept(tokenFor('eve@example.com'), eve);
    between.push(() => call(members.disableMember, owner, eve.personId));
    const path = { workspaceId: owner.workspaceId };
    const switched = await users.call(contract.switchWorkspace, { as: eve, path });
    expect(switched).toMatchObject(problem(404, 'workspace_not_found'));
    expect(await users.whoIs('eve@example.com')).toEqual(eve);
  });

  test('are limited in number', async () => {
    const { users, owner } = await team();
    for (let each = 1; each < 50; each += 1) {
      expect(await users.call(contract.createWorkspace, { as: owner, body: { name: 'More' } })).toMatchObject({
        status: 201,
      });
    }
    const one = await users.call(contract.createWorkspace, { as: owner, body: { name: 'More' } });
    expect(one).toMatchObject(problem(409, 'too_many'));
  });
});

describe('deleting a workspace', () => {
  const remove = async (scene: Awaited<ReturnType<typeof team>>, name = ada.workspaceName) =>
    scene.users.call(contract.deleteWorkspace, { as: scene.owner, body: { name } });
  const look = async ({ users }: Awaited<ReturnType<typeof team>>) => {
    const found = z
      .object({ workspaces: z.array(Made) })
      .parse(await users.wake(taskOf('users.dueWorkspaces', {}))).workspaces;
    const steps: string[] = [];
    for (const { workspaceId } of found) {
      let outcome = 'more';
      for (let step = 0; outcome === 'more' && step < 20; step += 1) {
        const answer = await users.wake(taskOf('users.eraseWorkspace', { workspaceId }));
        outcome = z.object({ outcome: z.string() }).parse(answer).outcome;
      }
      steps.push(outcome);
      if (outcome !== 'erased') continue;
      // Until the other contexts have erased their share, the next look finds it again.
      expect(await users.wake(taskOf('users.dueWorkspaces', {}))).toMatchObject({ workspaces: [{ workspaceId }] });
      await users.wake(taskOf('users.closeWorkspace', { workspaceId }));
    }
    return steps;
  };

  test('requires its name, is emitted with its date, and can be cancelled until then', async () => {
    const scene = await team();
    const { users, owner, told } = scene;
    expect(await remove(scene, 'Something else')).toMatchObject(problem(400, 'wrong_name'));
    const dueAt = '2026-12-06T09:00:00.000Z';
    expect(await remove(scene)).toMatchObject({ status: 202, body: { deletionDueAt: dueAt } });
    expect(told().at(-1)).toEqual(['workspace.deletion_scheduled', owner.workspaceId, { dueAt }]);
    expect(await remove(scene)).toMatchObject(problem(409, 'deletion_scheduled'));
    users.clock.pass(14 * day - 1);
    expect(await look(scene)).toEqual([]);
    const early = await users.wake(taskOf('users.eraseWorkspace', { workspaceId: owner.workspaceId }));
    expect(early).toEqual({ outcome: 'not_due' });
    expect(await users.call(contract.restoreWorkspace, { as: owner })).toMatchObject({
      status: 200,
      body: { deletionDueAt: null },
    });
    expect(told().at(-1)).toEqual(['workspace.deletion_cancelled', owner.workspaceId, {}]);
    users.clock.pass(day);
    expect(await look(scene)).toEqual([]);
    expect(await users.call(contract.restoreWorkspace, { as: owner })).toMatchObject(problem(409, 'not_being_deleted'));
  });

  test('erases people, invitations, mails and the name when it is due, and emits workspace.deleted once', async () => {
    const scene = await team();
    const { users, owner, member, invite, told } = scene;
    for (let each = 0; each < 60; each += 1) await member(`member${each}`);
    await invite('late@example.com');
    const account = { workspaceId: owner.workspaceId, accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
    const connected = { username: 'acme_coffee', connectedBy: owner.personId, connectedAt: '2026-11-22T09:00:00.000Z' };
    await users.deps.knownAccounts.learn(1, { ...account, ...connected });
    await users.deps.security.noteNetwork(owner.workspaceId, owner.personId, '203.0.113.0/24');
    await remove(scene);
    users.clock.pass(14 * day + 1);
    expect(await look(scene)).toEqual(['erased']);
    const ofSecurity = [...users.items.values()].filter(({ pk }) => pk === `${owner.workspaceId}#SECURITY`);
    expect(ofSecurity).toEqual([]);
    expect(await look(scene)).toEqual([]);
    expect(told().filter(([type]) => type === 'workspace.deleted')).toEqual([
      ['workspace.deleted', owner.workspaceId, {}],
    ]);
    expect(told().filter(([type]) => type === 'member.removed')).toHaveLength(61);
    await expect(users.whoIs(ada.email)).rejects.toThrow('workspace_id');
    const left = [...users.items.values()].filter(({ pk }) => pk === owner.workspaceId);
    expect(new Set(left.map(({ type }) => type))).toEqual(new Set(['workspace', 'membership']));
    expect(JSON.stringify(left)).not.toMatch(/example\.com|Engines/);
    expect(await users.call(contract.restoreWorkspace, { as: owner })).toMatchObject({ status: 403 });
  });

  test('closes it neither before it is erased nor twice', async () => {
    const scene = await team();
    const { users, owner } = scene;
    const close = () => users.wake(taskOf('users.closeWorkspace', { workspaceId: owner.workspaceId }));
    await remove(scene);
    const before = users.changes.length;
    await close();
    expect(users.changes).toHaveLength(before);
    expect(await users.call(contract.restoreWorkspace, { as: owner })).toMatchObject({ status: 200 });
    await remove(scene);
    users.clock.pass(14 * day + 1);
    await look(scene);
    const after = users.changes.length;
    expect(await close()).toEqual({ outcome: 'done' });
    expect(users.changes).toHaveLength(after);
  });

  test('ends with either its deletion or its restoration when they are concurrent', async () => {
    const scene = await team();
    const { users, owner, told } = scene;
    await remove(scene);
    users.clock.pass(14 * day + 1);
    const wake = () =>
      users.wake(taskOf('users.eraseWorkspace', { workspaceId: owner.workspaceId })).catch(() => undefined);
    await Promise.all([users.call(contract.restoreWorkspace, { as: owner }), wake(), wake()]);
    const ends = told().filter(([type]) => /deleted|cancelled/.test(type));
    expect(ends).toHaveLength(1);
  });

  test('is only for owners, by their current role', async () => {
    const { users, owner, member, setRole } = await team();
    const second = await member('second', 'owner');
    await setRole(owner, second.personId, 'admin');
    const answer = await users.call(contract.deleteWorkspace, { as: second, body: { name: ada.workspaceName } });
    expect(answer).toMatchObject(problem(403, 'role_lacks_permission'));
  });
});
