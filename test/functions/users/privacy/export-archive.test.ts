import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { exportAudit } from '#functions/users/audit/export.ts';
import { AuditExportView, exportAuditEvents } from '#functions/users/audit/export-contract.ts';
import { eventsFor } from '#functions/users/changes.ts';
import { archiveKeyOf } from '#functions/users/domain/person-export.ts';
import type { Upload } from '#functions/users/ports/multipart.ts';
import { archivePerson, beginPersonExport, giveUpPersonExport } from '#functions/users/privacy/export-archive.ts';
import * as contract from '#functions/users/privacy/export-contract.ts';
import { exportSections } from '#functions/users/privacy/export-person.ts';
import { auditStore } from '#functions/users/store/audit.ts';
import { securityStore } from '#functions/users/store/security.ts';
import { removeMember } from '#functions/users/team/member-contract.ts';
import { systemAuthor } from '#shared/actor.ts';
import { firstVersion } from '#shared/entities.ts';
import { exportTask, partKey } from '#shared/privacy/export-person.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const author = systemAuthor('users', { correlationId: 'execution-1' });
const Asked = z.looseObject({ id: z.string(), status: z.string(), link: z.null() });
const Archive = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });
const Progress = z.object({ kind: z.int(), cursor: z.string().nullable(), parts: z.int(), isMore: z.boolean() });

const asked = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const { deps } = users;
  const ask = (as: SignedIn = owner) => users.call(contract.exportMe, { as });
  const read = (exportId: string, as: SignedIn = owner) => users.call(contract.getMyExport, { as, path: { exportId } });
  const share = exportTask('users', 'users.sharePerson', exportSections, {
    table: deps.table,
    files: { write: (key, text) => deps.personFiles.write(key, 'application/jsonl', text) },
  });
  const shareAll = async (workspaceId: string, personId: string, exportId: string) => {
    let progress: z.infer<typeof Progress> = { kind: 0, cursor: null, parts: 0, isMore: true };
    while (progress.isMore) {
      const step = { workspaceId, personId, exportId, progress };
      progress = Progress.parse(await share.run(step, { ...author, execution: 'arn' }));
    }
    return { workspaceId, users: { parts: progress.parts } };
  };
  /** Carries out the workflow as far as it is this context's. Returns the number of steps, and the workspaces. */
  const write = async (
    { personId, workspaceId }: SignedIn,
    exportId: string,
    more: Record<string, { parts: number }> = {},
  ) => {
    const wanted = { personId, workspaceId, exportId };
    const { workspaces } = await beginPersonExport(deps, wanted, author);
    const shares = await Promise.all(workspaces.map((each) => shareAll(each.workspaceId, personId, exportId)));
    let upload: Upload | null = null;
    for (let steps = 1; ; steps += 1) {
      const all = shares.map((each) => ({ ...each, ...more }));
      const written = await archivePerson(deps, { ...wanted, shares: all, upload }, author);
      if (!written.isMore) return { steps, workspaces: workspaces.map((each) => each.workspaceId) };
      upload = written.upload;
    }
  };
  const archive = (exportId: string) =>
    Archive.parse(JSON.parse(deps.personFiles.files.get(archiveKeyOf({ id: exportId })) ?? '{}')).items;
  const told = () =>
    deps.changes
      .flatMap((change) => eventsFor(change))
      .flatMap(({ definition }) => (definition.type.startsWith('person.') ? [definition.type] : []));
  return { ...scene, ask, read, write, archive, told };
};

describe('an export of personal data', () => {
  test('is one JSON document of what is kept about the person, with a link to it', async () => {
    const { users, owner, ask, read, write, archive, told } = await asked();
    await users.signIn();
    const answer = await ask();
    expect(answer.status).toBe(202);
    const { id } = Asked.parse(answer.body);
    expect(JSON.stringify(answer.body)).not.toContain(owner.workspaceId);
    expect((await read(id)).body).toMatchObject({ status: 'requested', link: null });
    await write(owner, id);

    const { body } = await read(id);
    expect(body).toMatchObject({ status: 'ready', link: { url: `https://files.example/archives/${id}.json` } });
    const items = archive(id);
    expect(items[0]?.kind).toBe('about');
    const ofKind = (kind: string) => items.filter((item) => item.kind === kind);
    expect(ofKind('person')).toMatchObject([{ id: owner.personId, email: ada.email, name: ada.name }]);
    expect(ofKind('session')).toHaveLength(1);
    expect(ofKind('mail_preferences')).toMatchObject([{ invitation: true }]);
    expect(ofKind('membership')).toMatchObject([{ workspaceId: owner.workspaceId, role: 'owner' }]);
    expect(JSON.stringify(items)).not.toMatch(/digest|token|secret/i);
    expect(told()).toEqual(['person.export_requested', 'person.export_ready']);
  });

  test('is announced by mail when it is ready, with no link that works without a sign-in', async () => {
    const { users, owner, ask, write } = await asked();
    const { id } = Asked.parse((await ask()).body);
    const mailed = () => users.mailsTo(ada.email).filter(({ kind }) => kind === 'export_ready');
    await users.hear('person.export_requested', 'person.export_ready');
    expect(mailed()).toEqual([]);
    await write(owner, id);
    await users.hear('person.export_ready');
    expect(mailed()).toMatchObject([
      {
        workspaceId: owner.workspaceId,
        data: {
          what: 'Your personal data',
          where: expect.stringMatching(new RegExp(`^API request GET https:.+/v1/me/exports/${id}$`)) as unknown,
        },
      },
    ]);
    expect(JSON.stringify(mailed())).not.toContain('files.example');
  });

  test('lists an export of audit events that the person requested, even once that is ready', async () => {
    const { users, owner, ask, write, archive } = await asked();
    const period = { from: '2026-11-22T09:00:00Z', to: '2026-11-22T09:05:00Z', format: 'csv' };
    const { body } = await users.call(exportAuditEvents, { as: owner, body: period });
    const audit = AuditExportView.parse(body);
    await exportAudit(users.deps, { workspaceId: owner.workspaceId, exportId: audit.id, upload: null }, author);
    const { id } = Asked.parse((await ask()).body);
    await write(owner, id);
    expect(archive(id).filter(({ kind }) => kind === 'audit_export')).toMatchObject([{ exportId: audit.id }]);
  });

  test('contains nothing about anybody else', async () => {
    const { users, owner, member, ask, write, archive } = await asked();
    const bob = await member('bob', 'manager');
    const { deps } = users;
    const trail = auditStore(deps.table);
    const { workspaceId } = owner;
    const by = (person: SignedIn, n: number) => ({
      ...auditEvent(n),
      actor: { type: 'person' as const, id: person.personId },
    });
    await trail.append(workspaceId, { ...by(owner, 1), network: '198.51.100.0/24' });
    await trail.append(workspaceId, { ...by(bob, 2), network: '203.0.113.0/24' });
    await trail.append(workspaceId, { ...by(owner, 3), entityId: bob.personId, network: '198.51.100.0/24' });
    const security = securityStore(deps.table);
    for (const { personId } of [owner, bob]) {
      const found = {
        ...{ id: `sec_01KATJ9V5H8Q3M4N5P6R7S8T9${personId === bob.personId ? 'B' : 'A'}`, workspaceId, personId },
        ...{ kind: 'mfa_disabled' as const, severity: 'medium' as const, at: '2026-11-22T09:00:00.000Z' },
        ...{ network: null, details: {}, isMailed: false, isTold: false },
      };
      await security.save(firstVersion(found, deps.now(), author), author);
      await security.noteNetwork(
        workspaceId,
        personId,
        personId === bob.personId ? '203.0.113.0/24' : '198.51.100.0/24',
      );
    }
    const { id } = Asked.parse((await ask(bob)).body);
    await write(bob, id);

    const text = JSON.stringify(archive(id));
    for (const other of [ada.email, ada.name, '198.51.100.0/24']) expect(text).not.toContain(other);
    const ofKind = (kind: string) => archive(id).filter((item) => item.kind === kind);
    expect(ofKind('audit_event').map(({ network }) => network)).toEqual(['203.0.113.0/24', undefined]);
    expect(ofKind('security_event')).toHaveLength(1);
    expect(ofKind('network_seen')).toMatchObject([{ network: '203.0.113.0/24' }]);
    expect(ofKind('invitation')).toMatchObject([{ email: 'bob@example.com', role: 'manager' }]);
    expect(ofKind('membership')).toHaveLength(1);
  });

  test('covers the workspaces that the person has left, too', async () => {
    const { owner, stranger, invite, accept, tokenFor, call, users, ask, write } = await asked();
    const eve = await stranger('eve');
    await invite('eve@example.com');
    expect((await accept(tokenFor('eve@example.com'), eve)).status).toBeLessThan(300);
    expect((await call(removeMember, owner, eve.personId, { headers: { 'if-match': '"v1"' } })).status).toBe(204);
    expect(await users.deps.people.membershipsOf(eve.personId)).toHaveLength(1);
    const { id } = Asked.parse((await ask(eve)).body);
    const { workspaces } = await write(eve, id);
    expect(workspaces.sort()).toEqual([owner.workspaceId, eve.workspaceId].sort());
  });

  test('is assembled part by part when the contexts wrote much', async () => {
    const { users, owner, ask, write, archive } = await asked();
    const { id } = Asked.parse((await ask()).body);
    const line = `${JSON.stringify({ kind: 'post', text: 'x'.repeat(1_000_000) })}\n`;
    for (let part = 0; part < 7; part += 1) {
      await users.deps.personFiles.write(partKey(id, 'posts', owner.workspaceId, part), '', line + line);
    }
    const { steps } = await write(owner, id, { posts: { parts: 7 } });
    expect(steps).toBe(3);
    expect(archive(id).filter(({ kind }) => kind === 'post')).toHaveLength(14);
  });

  test('can be requested once in 24 hours, but again at once when it failed', async () => {
    const { users, owner, ask, read, write } = await asked();
    const { id } = Asked.parse((await ask()).body);
    expect(await ask()).toMatchObject({ status: 429, body: { code: 'exported_today' } });
    const wanted = { workspaceId: owner.workspaceId, personId: owner.personId, exportId: id };
    await giveUpPersonExport(users.deps, wanted, author);
    expect((await read(id)).body).toMatchObject({ status: 'failed', link: null });
    const again = Asked.parse((await ask()).body);
    expect(await read(id)).toMatchObject({ status: 404, body: { code: 'export_not_found' } });
    await write(owner, again.id);
    users.clock.pass(24 * 60 * 60 * 1000 - 1);
    expect((await ask()).status).toBe(429);
    users.clock.pass(1);
    expect((await ask()).status).toBe(202);
  });

  test('has no link once its archive is deleted, after seven days', async () => {
    const { users, owner, ask, read, write } = await asked();
    const { id } = Asked.parse((await ask()).body);
    await write(owner, id);
    users.clock.pass(7 * 24 * 60 * 60 * 1000);
    expect((await read(id)).body).toMatchObject({ status: 'ready', link: null });
  });

  test('can be read by nobody else, not even by an owner of the same workspace', async () => {
    const { owner, member, ask, read } = await asked();
    const bob = await member('bob');
    const { id } = Asked.parse((await ask(bob)).body);
    expect(await read(id, owner)).toMatchObject({ status: 404, body: { code: 'export_not_found' } });
    expect((await read(id, bob)).status).toBe(200);
  });

  test('is refused to a service account', async () => {
    const { owner, ask, read } = await asked();
    const machine = { ...owner, personId: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' };
    expect(await ask(machine)).toMatchObject({ status: 403, body: { code: 'only_people' } });
    expect((await read('exp_01KATJ9V5H8Q3M4N5P6R7S8T9V', machine)).status).toBe(403);
  });

  test('is written once: a late step, and one of an earlier export, change nothing', async () => {
    const { users, owner, ask, write, told } = await asked();
    const { id } = Asked.parse((await ask()).body);
    await write(owner, id);
    await write(owner, id);
    await giveUpPersonExport(users.deps, { ...owner, exportId: id }, author);
    await giveUpPersonExport(users.deps, { ...owner, exportId: 'exp_01KATJ9V5H8Q3M4N5P6R7S8T9V' }, author);
    expect(told()).toEqual(['person.export_requested', 'person.export_ready']);
  });
});
