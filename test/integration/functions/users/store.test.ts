import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyTrail } from '#functions/users/audit/verify.ts';
import type { AuditEvent } from '#functions/users/domain/audit-event.ts';
import { register } from '#functions/users/domain/person.ts';
import { type AuditFilter, auditStore } from '#functions/users/store/audit.ts';
import { checkpointStore } from '#functions/users/store/checkpoints.ts';
import { peopleStore } from '#functions/users/store/people.ts';
import { eventually } from '#infra/local/marketer.ts';
import { newId } from '#shared/ids.ts';
import { signingKeyFrom } from '#shared/signing-key.ts';
import type { Table } from '#shared/table.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { tableOf } from '#test/support/integration/stage.ts';

let table: Table;
beforeAll(async () => {
  table = await tableOf('users');
});

const verdictOf = async (workspaceId: string) => {
  const auditKey = signingKeyFrom('a secret of the tests', 'audit/1');
  const deps = { audit: auditStore(table), checkpoints: checkpointStore(table), auditKey, now: () => new Date() };
  return (await verifyTrail(deps, workspaceId, { mayGoOn: () => true })).followed;
};

/** A unique sign-up, since the table is shared by the stage. */
const signedUp = () => ({
  subject: randomUUID(),
  email: `ada.${randomUUID().slice(0, 8)}@example.com`,
  name: 'Ada Lovelace',
  workspaceId: newId('wsp', new Date()),
  workspaceName: 'Engines',
});

test('a registration is written atomically and once, and is found by every key', async () => {
  const people = peopleStore(table);
  const ada = signedUp();
  const registration = register(ada, '123456', new Date());
  const { id, workspaceId } = registration.person;
  expect(await people.register(registration, 'request-1')).toBe(true);
  expect(await people.register(register(ada, '123456', new Date()), 'request-2')).toBe(false);

  const changedBy = { type: 'person', id };
  expect(await people.find(ada.subject)).toMatchObject({ id, workspaceId, version: 1, changedBy, name: ada.name });
  expect(await people.findWorkspace(workspaceId)).toMatchObject({ name: 'Engines', version: 1, changedBy });
  const membership = await people.findMembership(workspaceId, id);
  expect(membership).toMatchObject({ subject: ada.subject, role: 'owner', version: 1 });
  expect(await people.membershipsOf(id)).toEqual([membership]);
  expect(await people.find(randomUUID())).toBeUndefined();
});

const onDevice = (device: string) => ({ device, network: null, round: 0, mustBeTrusted: false });

test('twenty concurrent sign-ins are all counted, and a sign-in of an unknown subject creates no person', async () => {
  const people = peopleStore(table);
  const registration = register(signedUp(), '123456', new Date());
  const { subject } = registration.person;
  await people.register(registration, 'request-1');
  const noted = await Promise.all(
    Array.from({ length: 20 }, (_, place) => people.noteSignIn(subject, onDevice(String(place)), 'request-2')),
  );
  expect(noted.map((person) => person?.version).sort((one = 0, other = 0) => one - other)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 2),
  );
  expect(await people.noteSignOut(subject, 'request-3')).toMatchObject({
    version: 22,
    changedBy: { type: 'person', id: registration.person.id },
    correlationId: 'request-3',
  });
  expect(Object.keys((await people.find(subject))?.devices ?? {})).toHaveLength(20);
  const stranger = randomUUID();
  expect(await people.noteSignIn(stranger, onDevice('none'), 'request-4')).toBeUndefined();
  expect(await people.find(stranger)).toBeUndefined();
});

test('a sign-in is not recorded once the sign-ins of its round have ended, nor as one on a device that is not trusted', async () => {
  const people = peopleStore(table);
  const registration = register(signedUp(), '123456', new Date());
  const { subject } = registration.person;
  await people.register(registration, 'request-1');
  await people.trustDevice(subject, 'known');
  expect(
    await people.noteSignIn(subject, { ...onDevice('unknown'), mustBeTrusted: true }, 'request-2'),
  ).toBeUndefined();
  expect(await people.noteSignIn(subject, { ...onDevice('known'), mustBeTrusted: true }, 'request-2')).toBeDefined();
  await people.endSignIns(subject, { why: 'password_reset', kept: null, devices: {} }, 'request-3');
  expect(await people.noteSignIn(subject, onDevice('known'), 'request-4')).toBeUndefined();
  expect(await people.find(subject)).toMatchObject({ version: 3, signInRound: 1, devices: {} });
});

test('the audit trail stores each event once and lists it by time, entity and type, in pages', async () => {
  const audit = auditStore(table);
  const now = new Date();
  const [workspaceId, otherWorkspaceId] = [newId('wsp', now), newId('wsp', now)];
  const event = (second: number): AuditEvent => ({
    id: `evt_${String(second).padStart(26, '0')}`,
    eventType: second % 3 === 0 ? 'post.published' : 'post.created',
    entityId: `pst_${second % 2}`,
    entityVersion: 1,
    actor: { type: 'system', id: 'posts' },
    occurredAt: `2026-11-22T09:00:0${second}.000Z`,
    correlationId: 'request-1',
    network: null,
    outcome: 'done' as const,
    data: { nested: { list: [1] } },
  });
  for (const second of [1, 2, 3, 4, 5, 6]) await audit.append(workspaceId, event(second));
  await audit.append(workspaceId, { ...event(1), data: { forged: true } });
  await audit.append(otherWorkspaceId, event(7));

  const seconds = async (filter: AuditFilter, limit = 100, cursor?: string) => {
    const scope = { operation: 'listAuditEvents', ...filter };
    const page = await audit.list(workspaceId, filter, { limit, cursor, scope });
    return { seconds: page.items.map(({ id }) => Number(id.slice(4))), nextCursor: page.nextCursor };
  };
  expect(await seconds({})).toEqual({ seconds: [6, 5, 4, 3, 2, 1], nextCursor: null });
  expect((await audit.list(workspaceId, {}, { limit: 6, scope: {} })).items.at(-1)).toMatchObject(event(1));
  expect((await seconds({ entityId: 'pst_0' })).seconds).toEqual([6, 4, 2]);
  expect((await seconds({ eventType: 'post.published' })).seconds).toEqual([6, 3]);
  expect((await seconds({ entityId: 'pst_0', eventType: 'post.created' })).seconds).toEqual([4, 2]);
  // An instant is the same bound with and without milliseconds.
  expect((await seconds({ from: '2026-11-22T09:00:02Z', to: '2026-11-22T09:00:04Z' })).seconds).toEqual([3, 2]);

  for (const filter of [{}, { entityId: 'pst_1' }, { eventType: 'post.created' }]) {
    const whole = await seconds(filter);
    const first = await seconds(filter, 2);
    const rest = await seconds(filter, 100, first.nextCursor ?? '');
    expect([...first.seconds, ...rest.seconds]).toEqual(whole.seconds);
    expect(rest.nextCursor).toBeNull();
  }
});

test('fifty concurrent writers produce one audit chain without gaps or forks', async () => {
  const audit = auditStore(table);
  const workspaceId = newId('wsp', new Date());
  // A busy machine makes a writer give up; the inbox delivers its event again.
  const append = async (n: number): Promise<boolean> => {
    const { isNew } = await eventually(`event ${n} is in the trail`, () =>
      audit.append(workspaceId, auditEvent(n)).then(
        (isNew) => ({ isNew }),
        (error: unknown) => {
          if (error instanceof Error && error.message.startsWith('Too many write')) return undefined;
          throw error;
        },
      ),
    );
    return isNew;
  };
  const written = await Promise.all(Array.from({ length: 50 }, (_, index) => append(index + 1)));
  expect(written.every(Boolean)).toBe(true);
  // Concurrent redeliveries are stored only once.
  const again = await Promise.all([1, 2, 3, 3, 3].map(append));
  expect(again.some(Boolean)).toBe(false);

  const rows = await Array.fromAsync(audit.rows(workspaceId, 0));
  expect(rows.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(new Set(rows.map(({ link }) => link?.id)).size).toBe(50);
  expect(await verdictOf(workspaceId)).toMatchObject({ verdict: 'intact', checked: 50 });
});

describe('verification of the audit trail detects', () => {
  const filled = async () => {
    const audit = auditStore(table);
    const workspaceId = newId('wsp', new Date());
    for (let n = 1; n <= 6; n += 1) await audit.append(workspaceId, auditEvent(n));
    const key = (sequence: number) => ({
      pk: `${workspaceId}#AUDIT`,
      sk: `EVENT#${String(sequence).padStart(12, '0')}`,
    });
    const read = async (sequence: number) => ({ ...(await table.get(key(sequence))), ...key(sequence) });
    return { audit, workspaceId, key, read };
  };
  const brokenAt = (sequence: number, why: string) => ({ verdict: 'broken', sequence, why });

  test('an altered row', async () => {
    const { workspaceId, read } = await filled();
    await table.put({ ...(await read(3)), entityId: 'pst_forged' });
    expect(await verdictOf(workspaceId)).toMatchObject(brokenAt(3, 'altered'));
  });

  test('a row hidden from lists by changed index keys', async () => {
    const { workspaceId, read } = await filled();
    await table.put({ ...(await read(4)), byEntityPk: 'nowhere' });
    expect(await verdictOf(workspaceId)).toMatchObject(brokenAt(4, 'altered'));
  });

  test.each([1, 3, 6])('the deletion of row %i', async (sequence) => {
    const { workspaceId, key } = await filled();
    await table.delete(key(sequence));
    expect(await verdictOf(workspaceId)).toMatchObject(brokenAt(sequence, 'missing'));
  });

  test('two swapped rows', async () => {
    const { workspaceId, key, read } = await filled();
    const [two, five] = [await read(2), await read(5)];
    await table.put({ ...five, ...key(2) });
    await table.put({ ...two, ...key(5) });
    // The index keys and the sequence of each row belong to the other.
    expect(await verdictOf(workspaceId)).toMatchObject(brokenAt(2, 'misplaced'));
  });

  test('a row inserted between two others, or after the last', async () => {
    const { workspaceId, key, read } = await filled();
    await table.put({ ...(await read(3)), sk: `${key(3).sk}a` });
    expect(await verdictOf(workspaceId)).toMatchObject(brokenAt(4, 'inserted'));
    await table.delete({ ...key(3), sk: `${key(3).sk}a` });
    expect(await verdictOf(workspaceId)).toMatchObject({ verdict: 'intact' });
    await table.put({ ...(await read(6)), ...key(7), sequence: 7 });
    expect(await verdictOf(workspaceId)).toMatchObject({ verdict: 'broken', sequence: 7 });
  });

  test('a forged last row, which does not prevent later events from being appended', async () => {
    const { audit, workspaceId, key, read } = await filled();
    await table.put({ ...(await read(6)), ...key(7), sequence: 7 });
    for (const sequence of [8, 9]) {
      const event = auditEvent(sequence);
      expect(await audit.append(workspaceId, event)).toBe(true);
      expect(await audit.append(workspaceId, event)).toBe(false);
      expect(await read(sequence)).toMatchObject({ id: event.id, sequence });
    }
    expect(await audit.head(workspaceId)).toMatchObject({ sequence: 9 });
    expect(await verdictOf(workspaceId)).toMatchObject({ verdict: 'broken', sequence: 7 });
  });
});
