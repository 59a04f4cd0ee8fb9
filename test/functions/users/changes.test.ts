import { expect, test } from 'vitest';
import { eventsFor } from '#functions/users/changes.ts';
import { busEntry } from '#shared/events/publish.ts';
import { ada, harness } from './harness.ts';

/** What the writes of a story emit onto the bus, except requests to send mails. */
const told = ({ deps }: ReturnType<typeof harness>) =>
  deps.changes
    .flatMap((change, index) => eventsFor(change).map((event) => busEntry(event, `record-${index}`, 0)))
    .filter(({ type }) => type !== 'mail.requested');

const subjectOf = async ({ deps }: ReturnType<typeof harness>): Promise<string> =>
  (await deps.provider.find(ada.email))?.subject ?? '';

const onDevice = { device: 'digest', network: '192.0.2.0/24', round: 0, mustBeTrusted: false };

test('confirming, signing in and signing out emit one event each', async () => {
  const users = harness();
  const { personId, workspaceId } = await users.ada();
  users.clock.pass(1000);
  const subject = await subjectOf(users);
  await users.deps.people.noteSignIn(subject, onDevice, 'request-2');
  users.clock.pass(1000);
  await users.deps.people.noteSignOut(subject, 'request-3');

  const entries = told(users);
  expect(entries.map(({ source, type }) => `${source} ${type}`)).toEqual([
    'users user.registered',
    'users user.login',
    'users user.logout',
  ]);
  expect(entries.map(({ detail }): unknown => JSON.parse(detail))).toMatchObject([
    { workspaceId, entityId: personId, entityVersion: 1, data: { role: 'owner' }, actor: { id: personId } },
    {
      workspaceId,
      entityId: personId,
      entityVersion: 2,
      occurredAt: '2026-11-22T09:00:01.000Z',
      data: { network: '192.0.2.0/24' },
    },
    { workspaceId, entityId: personId, entityVersion: 3, correlationId: 'request-3', data: {} },
  ]);
});

test('a second sign-in is emitted as well, and the sign-out before it is not emitted again', async () => {
  const users = harness();
  await users.ada();
  const subject = await subjectOf(users);
  await users.deps.people.noteSignOut(subject, 'request-2');
  users.clock.pass(1);
  await users.deps.people.noteSignIn(subject, onDevice, 'request-3');
  users.clock.pass(1);
  await users.deps.people.noteSignIn(subject, onDevice, 'request-4');
  expect(told(users).map(({ type }) => type)).toEqual(['user.registered', 'user.logout', 'user.login', 'user.login']);
});

test('no event contains the name, address, workspace name or password of a person', async () => {
  const users = harness();
  await users.ada();
  await users.signIn();
  const all = JSON.stringify(told(users));
  for (const personal of [ada.email, ada.name, ada.workspaceName, ada.password]) expect(all).not.toContain(personal);
});

test('audit events emit nothing, and neither does the membership that a sign-up creates', async () => {
  expect(eventsFor({ before: undefined, after: { type: 'audit' } })).toEqual([]);
  const users = harness();
  await users.ada();
  const made = users.changes.filter(({ after }) => after?.type === 'membership');
  expect(made).toHaveLength(1);
  expect(made.flatMap(eventsFor)).toEqual([]);
  expect(eventsFor({ before: { type: 'person' }, after: undefined })).toEqual([]);
});

test('a change of workspace settings is emitted with the previous settings', async () => {
  const users = harness();
  const { workspaceId } = await users.ada();
  const workspace = await users.deps.people.getWorkspace(workspaceId);
  const settings = { ...workspace.settings, approval: 'four_eyes' as const };
  const author = { actor: { type: 'person' as const, id: 'usr_1' }, correlationId: 'request-2' };
  await users.deps.people.saveWorkspace({ ...workspace, settings }, author);
  expect(JSON.parse(told(users).at(-1)?.detail ?? '')).toMatchObject({
    data: { approval: 'four_eyes', previous: { approval: 'off' } },
  });
});
