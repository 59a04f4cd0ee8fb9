import { expect, test } from 'vitest';
import { eventsFor } from '../../../functions/users/changes.ts';
import { busEntry } from '../../../shared/events/publish.ts';
import { ada, drive } from './drive.ts';

/** What the writes of a story tell, as it reaches the bus. */
const told = ({ memory }: ReturnType<typeof drive>) =>
  memory.changes.flatMap((change, index) => eventsFor(change).map((event) => busEntry(event, `record-${index}`, 0)));

test('confirming, signing in and signing out are told, each once', async () => {
  const users = drive();
  const { personId, workspaceId } = await users.ada();
  users.clock.pass(1000);
  const { subject } = await users.memory.provider.signIn(ada.email, ada.password);
  await users.memory.people.noteSignIn(subject, 'request-2');
  users.clock.pass(1000);
  await users.memory.people.noteSignOut(subject, 'request-3');

  const entries = told(users);
  expect(entries.map(({ source, type }) => `${source} ${type}`)).toEqual([
    'users user.registered',
    'users user.login',
    'users user.logout',
  ]);
  expect(entries.map(({ detail }): unknown => JSON.parse(detail))).toMatchObject([
    { workspaceId, entityId: personId, entityVersion: 1, data: { role: 'owner' }, actor: { id: personId } },
    { workspaceId, entityId: personId, entityVersion: 2, occurredAt: '2026-11-22T09:00:01.000Z', data: {} },
    { workspaceId, entityId: personId, entityVersion: 3, correlationId: 'request-3', data: {} },
  ]);
});

test('a second sign-in is told as well, and the sign-out before it is not told again', async () => {
  const users = drive();
  await users.ada();
  const { subject } = await users.memory.provider.signIn(ada.email, ada.password);
  await users.memory.people.noteSignOut(subject, 'request-2');
  users.clock.pass(1);
  await users.memory.people.noteSignIn(subject, 'request-3');
  users.clock.pass(1);
  await users.memory.people.noteSignIn(subject, 'request-4');
  expect(told(users).map(({ type }) => type)).toEqual(['user.registered', 'user.logout', 'user.login', 'user.login']);
});

test('no event names the person or their address', async () => {
  const users = drive();
  await users.ada();
  await users.signIn();
  const all = JSON.stringify(told(users));
  for (const personal of [ada.email, ada.name, ada.workspaceName, ada.password]) expect(all).not.toContain(personal);
});

test('memberships and audit events tell nothing', () => {
  for (const type of ['membership', 'audit']) {
    expect(eventsFor({ before: undefined, after: { type } })).toEqual([]);
  }
  expect(eventsFor({ before: { type: 'person' }, after: undefined })).toEqual([]);
});
