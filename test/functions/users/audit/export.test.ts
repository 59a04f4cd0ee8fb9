import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { exportAudit, giveUpExport } from '#functions/users/audit/export.ts';
import * as contract from '#functions/users/audit/export-contract.ts';
import { eventsFor } from '#functions/users/changes.ts';
import type { Upload } from '#functions/users/ports/multipart.ts';
import { systemAuthor } from '#shared/actor.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { ada, harness } from '../harness.ts';
import { rowsOf } from '../trail.ts';

const author = systemAuthor('users', { correlationId: 'execution-1' });
const View = contract.AuditExportView;

const asked = async (body: object = {}) => {
  const users = harness();
  const owner = await users.ada();
  const { workspaceId } = owner;
  const ask = (more: object = body) =>
    users.call(contract.exportAuditEvents, {
      as: owner,
      body: { from: '2026-11-22T09:02:00Z', to: '2026-11-22T09:05:00Z', format: 'jsonl', ...more },
    });
  const read = async (exportId: string, as = owner) => users.call(contract.getAuditExport, { as, path: { exportId } });
  /** Carries out the workflow. */
  const write = async (exportId: string) => {
    let upload: Upload | null = null;
    for (let steps = 1; ; steps += 1) {
      const written = await exportAudit(users.deps, { workspaceId, exportId, upload }, author);
      if (!written.isMore) return steps;
      upload = written.upload;
    }
  };
  const told = () =>
    users.changes
      .flatMap((change) => eventsFor(change))
      .map(({ definition }) => definition.type)
      .filter((type) => type.startsWith('audit.'));
  return { users, owner, workspaceId, ask, read, write, told, files: users.deps.auditFiles };
};

describe('an export of audit events', () => {
  test('contains the events of the period, oldest first, with their places in the chain', async () => {
    const { users, workspaceId, ask, read, write, told, files } = await asked();
    for (let n = 1; n <= 6; n += 1) await users.deps.audit.append(workspaceId, auditEvent(n));
    const wanted = await ask();
    expect(wanted).toMatchObject({ status: 202, body: { status: 'requested', events: 0, link: null } });
    const { id } = View.parse(wanted.body);
    expect(await write(id)).toBe(1);

    const { status, body } = await read(id);
    expect(status).toBe(200);
    const key = `${workspaceId}/audit-events/${id}.jsonl`;
    expect(body).toMatchObject({ status: 'ready', events: 3, link: { url: `https://files.example/${key}` } });
    const text = files.files.get(key) ?? '';
    expect(text.endsWith('\n')).toBe(true);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    const chain = (await rowsOf(users.deps, workspaceId)).map(({ link }) => link);
    expect(lines).toEqual(chain.slice(1, 4));
    expect(told()).toEqual(['audit.export_requested', 'audit.export_ready']);
  });

  test('is announced by mail to its requester, unless they have been removed meanwhile', async () => {
    const { users, owner, workspaceId, ask, write } = await asked();
    const { id } = View.parse((await ask()).body);
    await write(id);
    await users.hear('audit.export_ready');
    const mailed = () => users.mailsTo(ada.email).filter(({ kind }) => kind === 'export_ready');
    expect(mailed()).toMatchObject([
      {
        workspaceId,
        data: {
          workspaceName: 'Engines',
          what: 'Audit events from 2026-11-22 09:02 UTC to 2026-11-22 09:05 UTC',
          where: expect.stringMatching(
            new RegExp(`^API request GET https:.+/v1/audit-events/exports/${id}$`),
          ) as unknown,
        },
      },
    ]);
    const later = View.parse((await ask()).body);
    await write(later.id);
    await users.removeMember(owner);
    await users.hear('audit.export_ready');
    expect(mailed()).toHaveLength(1);
  });

  test('of a period without events is an empty file, or as CSV a header alone', async () => {
    const { workspaceId, ask, write, files } = await asked();
    const { id } = View.parse((await ask()).body);
    await write(id);
    expect(files.files.get(`${workspaceId}/audit-events/${id}.jsonl`)).toBe('');
    const csv = View.parse((await ask({ format: 'csv' })).body);
    await write(csv.id);
    expect(files.files.get(`${workspaceId}/audit-events/${csv.id}.csv`)).toMatch(
      /^\uFEFF"actorType","actorId","sequence"/,
    );
  });

  test('is uploaded in parts when it is large, with each event once', async () => {
    const { users, workspaceId, ask, write, files } = await asked();
    const large = 'x'.repeat(9_000);
    for (let n = 1; n <= 1_300; n += 1) {
      const occurredAt = '2026-11-22T09:03:00.000Z';
      await users.deps.audit.append(workspaceId, auditEvent(n, { occurredAt, data: { large } }));
    }
    const { id } = View.parse((await ask()).body);
    expect(await write(id)).toBe(2);
    const [first = '', ...others] = [...files.parts.values()];
    expect(Buffer.byteLength(first)).toBeGreaterThanOrEqual(5 * 1024 * 1024);
    expect(others.length).toBeGreaterThan(0);
    const text = files.files.get(`${workspaceId}/audit-events/${id}.jsonl`) ?? '';
    const ids = text
      .trimEnd()
      .split('\n')
      .map((line) => z.object({ id: z.string() }).parse(JSON.parse(line)).id);
    expect(ids).toEqual(Array.from({ length: 1_300 }, (_, index) => auditEvent(index + 1).id));
  });

  test('is written once, even when a step is repeated', async () => {
    const { ask, write, told } = await asked();
    const { id } = View.parse((await ask()).body);
    await write(id);
    await write(id);
    expect(told()).toEqual(['audit.export_requested', 'audit.export_ready']);
  });

  test('shows when it has failed', async () => {
    const { users, workspaceId, ask, read } = await asked();
    const { id } = View.parse((await ask()).body);
    await giveUpExport(users.deps, { workspaceId, exportId: id }, author);
    expect((await read(id)).body).toMatchObject({ status: 'failed', link: null });
  });

  test('is not found in another workspace and is refused to a manager', async () => {
    const { users, owner, ask, read } = await asked();
    const { id } = View.parse((await ask()).body);
    const stranger = { ...ada, email: 'eve@example.com' };
    await users.signUp(stranger);
    await users.confirm(users.latestCode(stranger.email), stranger.email);
    const foreign = await users.whoIs(stranger.email);
    expect(await read(id, foreign)).toMatchObject({ status: 404, body: { code: 'export_not_found' } });
    expect((await read(id, { ...owner, role: 'manager' })).status).toBe(403);
  });

  test('can be requested four times a day by one person, even concurrently', async () => {
    const { users, ask } = await asked();
    const asks = await Promise.all(Array.from({ length: 25 }, () => ask()));
    expect(asks.filter(({ status }) => status === 202)).toHaveLength(4);
    expect(asks.filter(({ status }) => status !== 202)).toHaveLength(21);
    expect(await ask()).toMatchObject({ status: 429, body: { code: 'daily_limit' } });
    users.clock.pass(15 * 60 * 60 * 1000);
    expect((await ask()).status).toBe(202);
  });

  test.each<[string, object, ...string[]]>([
    [
      'that ends before it begins',
      { from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' },
      'body.from',
      'body.to',
    ],
    ['of a century', { from: '1926-11-23T00:00:00Z' }, 'body.to'],
    ['with a time that is none', { from: 'yesterday' }, 'body.from'],
    ['in a form that is none', { format: 'xls' }, 'body.format'],
  ])('%s is refused', async (_, body, ...paths) => {
    const { ask } = await asked();
    expect(await ask(body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_body', fields: paths.map((path) => ({ path })) },
    });
  });
});
