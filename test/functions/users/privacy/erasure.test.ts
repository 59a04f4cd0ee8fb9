import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import { eraseMe } from '#functions/users/privacy/erasure-contract.ts';
import * as auth from '#functions/users/sign-in/contract.ts';
import { erasureStore } from '#functions/users/store/erasures.ts';
import { mailStore } from '#functions/users/store/mails.ts';
import { securityStore } from '#functions/users/store/security.ts';
import * as members from '#functions/users/team/member-contract.ts';
import * as workspaces from '#functions/users/workspaces/contract.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { ada } from '../harness.ts';
import { password, team } from '../team-harness.ts';

const day = 24 * 60 * 60 * 1000;
const problem = (status: number, code: string) => ({ status, body: { code } });
const Step = z.looseObject({ outcome: z.string(), workspaceIds: z.array(z.string()).optional() });

type Scene = Awaited<ReturnType<typeof team>>;

const erase = ({ users }: Scene, as: SignedIn, given = password) =>
  users.call(eraseMe, { as, body: { password: given } });

/** Carries out the workflow. Returns the outcome of its last step. */
const workflow = async ({ users }: Scene, { workspaceId, personId }: SignedIn) => {
  const run = async (task: string, more: object = {}) =>
    Step.parse(
      await users.wake({
        task: `users.${task}`,
        input: { workspaceId, personId, ...more },
        execution: 'arn:execution',
        correlationId: 'erasure-1',
      }),
    );
  let left = await run('leaveWorkspaces');
  for (let steps = 0; left.outcome === 'more' && steps < 20; steps += 1) left = await run('leaveWorkspaces');
  return left.outcome === 'left' ? run('erasePerson', { connections: 1 }) : left;
};

const toldOf = ({ users }: Scene, type: string) =>
  users
    .events()
    .filter(({ definition }) => definition.type === type)
    .map(({ detail }) => detail);

/** A person with a workspace of their own, who is an editor in Ada's as well. */
const guest = async (scene: Scene): Promise<{ eve: SignedIn; email: string }> => {
  const email = 'eve@example.com';
  const eve = await scene.stranger('eve');
  await scene.invite(email);
  await scene.accept(scene.tokenFor(email), eve);
  return { eve, email };
};

describe('a person who wants to be erased', () => {
  test('must give the password, and wrong ones are counted', async () => {
    const scene = await team();
    const { eve, email } = await guest(scene);
    expect(await erase(scene, eve, 'Not-the-password-1')).toMatchObject(problem(401, 'invalid_credentials'));
    expect(await scene.users.whoIs(email)).toMatchObject({ personId: eve.personId });
    for (let tries = 0; tries < 8; tries += 1) await erase(scene, eve, 'Not-the-password-1');
    expect(await erase(scene, eve, ada.password)).toMatchObject(problem(429, 'too_many_tries'));
  });

  test('is refused with sole_owner, and the workspaces, while others in one would be left without an owner', async () => {
    const scene = await team();
    const { owner, member, users } = scene;
    const robin = await member('robin');
    const refused = await erase(scene, owner, ada.password);
    expect(refused).toMatchObject(problem(409, 'sole_owner'));
    expect(JSON.stringify(refused.body)).toContain(owner.workspaceId);
    await scene.call(members.disableMember, owner, robin.personId);
    expect(await erase(scene, owner, ada.password)).toMatchObject(problem(409, 'sole_owner'));
    expect(toldOf(scene, 'person.erasure_requested')).toEqual([]);
    await scene.call(members.enableMember, owner, robin.personId);
    await users.call(members.transferOwnership, { as: owner, body: { personId: robin.personId } });
    expect(await erase(scene, owner, ada.password)).toMatchObject({ status: 202 });
  });

  test('is refused when they are a service account or have been removed', async () => {
    const scene = await team();
    const { owner, member } = scene;
    const robin = await member('robin');
    await scene.call(members.removeMember, owner, robin.personId);
    expect(await erase(scene, robin)).toMatchObject(problem(403, 'not_a_member'));
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
    expect(await erase(scene, machine)).toMatchObject(problem(403, 'only_for_people'));
  });

  test('can do nothing from then on, and gets the same reply when they ask again', async () => {
    const scene = await team();
    const { users, owner } = scene;
    const { eve, email } = await guest(scene);
    const first = await erase(scene, eve, ada.password);
    expect(first).toMatchObject({ status: 202, body: { status: 'erasing', requestedAt: '2026-11-22T09:00:00.000Z' } });
    users.clock.pass(1000);
    expect(await erase(scene, eve, 'anything')).toEqual(first);
    expect(toldOf(scene, 'person.erasure_requested')).toHaveLength(1);
    expect(await users.signIn({ ...ada, email })).toMatchObject(problem(403, 'no_workspace'));
    const more = await users.call(workspaces.createWorkspace, { as: eve, body: { name: 'More' } });
    expect(more).toMatchObject(problem(403, 'not_a_member'));
    const second = await users.call(workspaces.createWorkspace, { as: owner, body: { name: 'Second' } });
    const { workspaceId } = z.object({ workspaceId: z.string() }).parse(second.body);
    await scene.invite(email, 'editor', { ...owner, workspaceId });
    const joined = await scene.register(scene.tokenFor(email), { password: ada.password });
    expect(joined).toMatchObject(problem(400, 'invalid_invitation'));
  });
});

describe('the erasure of a person', () => {
  test('removes them everywhere, leaves a pseudonym, and emits only their id to each workspace', async () => {
    const scene = await team();
    const { users, owner, invite } = scene;
    const { eve, email } = await guest(scene);
    await users.signIn({ ...ada, email });
    const { subject } = z.object({ subject: z.string() }).parse(await users.deps.provider.find(email));
    await users.deps.mailing.preferences.put(email, {
      invitation: false,
      export_ready: true,
      reconnect_account: true,
      performance_alert: true,
      report_ready: true,
      webhook_failing: true,
      automation: true,
    });
    await users.deps.enrolments.begin(subject, { sealed: 'sealed', signInRound: 0 });
    await erase(scene, eve, ada.password);
    const before = users.changes.length;
    expect(await workflow(scene, eve)).toMatchObject({
      outcome: 'erased',
      report: { workspaces: 2, papers: 3, connections: 1 },
    });

    expect(await users.deps.provider.find(email)).toBeUndefined();
    expect(await users.signIn({ ...ada, email })).toMatchObject(problem(401, 'invalid_credentials'));
    expect((await users.deps.sessions.listOf(subject)).every(({ endedAt }) => endedAt !== null)).toBe(true);
    const listed = await users.call(members.listMembers, { as: owner });
    expect(listed).toMatchObject({ status: 200, body: { items: [{ personId: owner.personId }] } });
    const rows = [...users.items.values()];
    expect(JSON.stringify(rows)).not.toContain(email);
    const [stone, ...others] = rows.filter(({ pk }) => pk === `PERSON#${subject}`);
    expect(others).toEqual([]);
    expect(stone).toMatchObject({ type: 'erased_person', id: eve.personId, report: { workspaces: 2 } });
    expect(stone).not.toHaveProperty('name');
    expect(await users.deps.people.find(subject)).toBeUndefined();

    const told = toldOf(scene, 'person.erased');
    expect(told.map(({ workspaceId }) => workspaceId).sort()).toEqual([eve.workspaceId, owner.workspaceId].sort());
    for (const detail of told) expect(detail).toMatchObject({ entityId: eve.personId, data: {} });
    expect(JSON.stringify(users.changes.slice(before).flatMap(eventsFor))).not.toContain(email);
    expect(
      users.changes
        .slice(before)
        .flatMap(eventsFor)
        .map(({ definition }) => definition.type),
    ).toContain('user.sign_ins_ended');
    // Nobody else is affected.
    expect(await users.whoIs(ada.email)).toMatchObject({ personId: owner.personId, role: 'owner' });
    expect(await invite('late@example.com')).toMatchObject({ status: 201 });
  });

  test('schedules a workspace without other members for deletion in 14 days, and leaves one with others as it is', async () => {
    const scene = await team();
    const { users, owner } = scene;
    const { eve } = await guest(scene);
    await erase(scene, eve, ada.password);
    await workflow(scene, eve);
    expect(await users.deps.people.findWorkspace(eve.workspaceId)).toMatchObject({
      deletionDueAt: '2026-12-06T09:00:00.000Z',
    });
    expect(await users.deps.people.findWorkspace(owner.workspaceId)).toMatchObject({ deletionDueAt: null });
    users.clock.pass(14 * day + 1);
    const step = { execution: 'arn:execution', correlationId: 'look-1' };
    expect(await users.wake({ task: 'users.dueWorkspaces', input: {}, ...step })).toEqual({
      workspaces: [{ workspaceId: eve.workspaceId }],
    });
  });

  test('that is repeated, or resumed after a cut, takes effect once', async () => {
    const scene = await team();
    const { users } = scene;
    const { eve, email } = await guest(scene);
    await erase(scene, eve, ada.password);
    // Cut off after the user is gone.
    const { erasures } = users.deps;
    const { writeTombstone: bury } = erasures;
    erasures.writeTombstone = async () => {
      throw new Error('cut');
    };
    await expect(workflow(scene, eve)).rejects.toThrow('cut');
    erasures.writeTombstone = bury;
    expect(await workflow(scene, eve)).toMatchObject({ outcome: 'erased' });
    expect(await workflow(scene, eve)).toMatchObject({ outcome: 'gone' });
    expect(toldOf(scene, 'person.erased')).toHaveLength(2);
    expect(JSON.stringify([...users.items.values()])).not.toContain(email);
  });

  test('is called off when the other owner has left meanwhile, and the person can sign in again', async () => {
    const scene = await team();
    const { users, owner, member } = scene;
    const second = await member('second', 'owner');
    await member('third');
    await erase(scene, owner, ada.password);
    expect(
      (await users.call(members.leaveWorkspace, { as: second, body: { workspaceId: second.workspaceId } })).status,
    ).toBe(204);
    expect(await workflow(scene, owner)).toMatchObject({ outcome: 'called_off' });
    expect(toldOf(scene, 'person.erasure_called_off')).toHaveLength(1);
    expect(toldOf(scene, 'person.erased')).toEqual([]);
    expect(await users.whoIs(ada.email)).toMatchObject({ personId: owner.personId, role: 'owner' });
    expect((await users.signIn()).status).toBe(200);
  });

  test('frees the address: whoever signs up with it is another person', async () => {
    const scene = await team();
    const { users } = scene;
    const { eve, email } = await guest(scene);
    await erase(scene, eve, ada.password);
    await workflow(scene, eve);
    users.clock.pass(60_000);
    const again = await scene.stranger('eve');
    expect(again.personId).not.toBe(eve.personId);
    expect(again.workspaceId).not.toBe(eve.workspaceId);
    expect((await users.call(auth.signIn, { body: { email, password: ada.password } })).status).toBe(200);
  });

  test('works for a person who has only joined by an invitation', async () => {
    const scene = await team();
    const robin = await scene.member('robin');
    expect(await erase(scene, robin)).toMatchObject({ status: 202 });
    expect(await workflow(scene, robin)).toMatchObject({ outcome: 'erased', report: { workspaces: 1 } });
    expect(toldOf(scene, 'workspace.deletion_scheduled')).toEqual([]);
  });
});

describe('the erasure store', () => {
  const now = () => new Date('2026-11-22T09:00:00.000Z');
  const [one, other] = ['wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V', 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W'];
  const author = { actor: { type: 'system' as const, id: 'users' }, correlationId: 'request-1' };

  test('erases the mails to an address in every workspace, and no others', async () => {
    const { table, items } = memoryTable(now);
    const mails = mailStore(table);
    for (const workspaceId of [one, other]) {
      for (const to of ['eve@example.com', 'ada@example.com']) {
        for (let each = 0; each < 60; each += 1) {
          await mails.queue({ workspaceId, to, kind: 'security_alert', data: { each: String(each) } }, author);
        }
      }
    }
    expect(await erasureStore(table).eraseAddress('eve@example.com')).toBe(120);
    expect([...items.values()].filter(({ type }) => type === 'mail')).toHaveLength(120);
    expect(JSON.stringify([...items.values()])).not.toContain('eve@');
    expect(await erasureStore(table).eraseAddress('eve@example.com')).toBe(0);
  });

  test('erases the networks that a person was seen in, and nobody else’s', async () => {
    const { table, items } = memoryTable(now);
    const security = securityStore(table);
    const [eve, robin] = ['usr_01KATJ9V5H8Q3M4N5P6R7S8T9V', 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W'];
    await security.noteNetwork(one, eve, '192.0.2.0/24');
    await security.noteNetwork(one, eve, '198.51.100.0/24');
    await security.noteNetwork(one, robin, '192.0.2.0/24');
    expect(await erasureStore(table).eraseNetworks(one, eve)).toBe(2);
    expect([...items.values()].map(({ sk }) => sk)).toEqual([`SEEN#${robin}#192.0.2.0/24`]);
  });
});
