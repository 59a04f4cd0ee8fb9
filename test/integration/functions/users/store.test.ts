import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import type { AuditEvent } from '../../../../functions/users/domain/audit-event.ts';
import { register } from '../../../../functions/users/domain/person.ts';
import { auditStore, peopleStore, type AuditFilter } from '../../../../functions/users/store.ts';
import { openTable, type Table } from '../../../../shared/dynamo.ts';
import { clientOptions, onEmulator } from '../../../infra/local/emulator-lab.ts';

const indexes = ['byPerson', 'byEntity', 'byEventType'];
const now = () => new Date('2026-11-22T09:00:00.000Z');

/** The context's table on an emulator of its own. */
const onTable = (use: (table: Table) => Promise<void>): Promise<void> =>
  onEmulator({}, async (emulator) => {
    const { forcePathStyle: _, ...options } = clientOptions(emulator);
    const keys = (name = '') => ({
      KeySchema: [
        { AttributeName: name === '' ? 'pk' : `${name}Pk`, KeyType: 'HASH' as const },
        { AttributeName: name === '' ? 'sk' : `${name}Sk`, KeyType: 'RANGE' as const },
      ],
    });
    await new DynamoDBClient(options).send(
      new CreateTableCommand({
        TableName: 'users',
        BillingMode: 'PAY_PER_REQUEST',
        ...keys(),
        AttributeDefinitions: ['pk', 'sk', ...indexes.flatMap((name) => [`${name}Pk`, `${name}Sk`])].map(
          (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
        ),
        GlobalSecondaryIndexes: indexes.map((IndexName) => ({
          IndexName,
          ...keys(IndexName),
          Projection: { ProjectionType: 'ALL' },
        })),
      }),
    );
    await use(openTable('users', now, options));
  });

const signedUp = { subject: 'sub-1', email: 'ada@example.com', name: 'Ada Lovelace', workspaceName: 'Engines' };

test('a registration is written whole and once, and is found by every key', async () => {
  await onTable(async (table) => {
    const people = peopleStore(table);
    const registration = register(signedUp, '123456', now());
    const { id, workspaceId } = registration.person;
    expect(await people.register(registration, 'request-1')).toBe(true);
    expect(await people.register(register(signedUp, '123456', now()), 'request-2')).toBe(false);

    const changedBy = { type: 'person', id };
    expect(await people.find('sub-1')).toMatchObject({ id, workspaceId, version: 1, changedBy, name: 'Ada Lovelace' });
    expect(await people.findWorkspace(workspaceId)).toMatchObject({ name: 'Engines', version: 1, changedBy });
    const membership = await people.findMembership(workspaceId, id);
    expect(membership).toMatchObject({ subject: 'sub-1', role: 'owner', version: 1 });
    expect(await people.membershipsOf(id)).toEqual([membership]);
    expect(await people.find('sub-2')).toBeUndefined();
  });
});

test('twenty sign-ins at once are all counted, and a stranger makes no person', async () => {
  await onTable(async (table) => {
    const people = peopleStore(table);
    const registration = register(signedUp, '123456', now());
    await people.register(registration, 'request-1');
    const noted = await Promise.all(Array.from({ length: 20 }, () => people.noteSignIn('sub-1', 'request-2')));
    expect(noted.map((person) => person?.version).sort((one = 0, other = 0) => one - other)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 2),
    );
    expect(await people.noteSignOut('sub-1', 'request-3')).toMatchObject({
      version: 22,
      lastSignInAt: now().toISOString(),
      lastSignOutAt: now().toISOString(),
      changedBy: { type: 'person', id: registration.person.id },
      correlationId: 'request-3',
    });
    expect(await people.noteSignIn('sub-2', 'request-4')).toBeUndefined();
    expect(await people.find('sub-2')).toBeUndefined();
  });
});

test('the audit trail keeps each event once and gives it back by time, entity and type', async () => {
  await onTable(async (table) => {
    const audit = auditStore(table);
    const event = (second: number): AuditEvent => ({
      id: `evt_${String(second).padStart(26, '0')}`,
      eventType: second % 3 === 0 ? 'post.published' : 'post.created',
      entityId: `pst_${second % 2}`,
      entityVersion: 1,
      actor: { type: 'system', id: 'posts' },
      occurredAt: `2026-11-22T09:00:0${second}.000Z`,
      correlationId: 'request-1',
      data: { nested: { list: [1] } },
    });
    for (const second of [1, 2, 3, 4, 5, 6]) await audit.append('wsp_1', event(second));
    await audit.append('wsp_1', { ...event(1), data: { forged: true } });
    await audit.append('wsp_2', event(7));

    const seconds = async (filter: AuditFilter, limit = 100, cursor?: string) => {
      const scope = { operation: 'listAuditEvents', ...filter };
      const page = await audit.list('wsp_1', filter, { limit, cursor, scope });
      return { seconds: page.items.map(({ id }) => Number(id.slice(4))), nextCursor: page.nextCursor };
    };
    expect(await seconds({})).toEqual({ seconds: [6, 5, 4, 3, 2, 1], nextCursor: null });
    expect((await audit.list('wsp_1', {}, { limit: 6, scope: {} })).items.at(-1)).toEqual(event(1));
    expect((await seconds({ entityId: 'pst_0' })).seconds).toEqual([6, 4, 2]);
    expect((await seconds({ eventType: 'post.published' })).seconds).toEqual([6, 3]);
    expect((await seconds({ entityId: 'pst_0', eventType: 'post.created' })).seconds).toEqual([4, 2]);
    // With and without milliseconds, an instant is the same bound.
    expect((await seconds({ from: '2026-11-22T09:00:02Z', to: '2026-11-22T09:00:04Z' })).seconds).toEqual([3, 2]);

    for (const filter of [{}, { entityId: 'pst_1' }, { eventType: 'post.created' }]) {
      const whole = await seconds(filter);
      const first = await seconds(filter, 2);
      const rest = await seconds(filter, 100, first.nextCursor ?? '');
      expect([...first.seconds, ...rest.seconds]).toEqual(whole.seconds);
      expect(rest.nextCursor).toBeNull();
    }
  });
});
