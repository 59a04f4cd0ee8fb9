import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defaultSettings } from '#events/users.ts';
import { eventsFor } from '#functions/users/changes.ts';
import * as contract from '#functions/users/compliance/contract.ts';
import { topics } from '#functions/users/compliance/topics.ts';
import type { AuditEvent } from '#functions/users/domain/audit-event.ts';
import { Entry } from '#functions/users/domain/compliance-entry.ts';
import { Progress } from '#functions/users/domain/compliance-report.ts';
import { tasks } from '#functions/users/task-names.ts';
import { allEvents } from '#infra/event-schemas.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { team } from '../team-harness.ts';
import { alter, rowsOf } from '../trail.ts';

const View = contract.ComplianceReportView;
const day = 24 * 60 * 60 * 1000;
const Stepped = z.object({ isMore: z.boolean(), progress: Progress.nullable() });

const Listed = z.object({
  count: z.int(),
  leftOut: z.int(),
  isUnreadable: z.boolean(),
  entries: z.array(Entry),
});
const Document = z.object({
  report: z.looseObject({ workspace: z.string() }),
  chain: z.looseObject({ verdict: z.string() }),
  mfa: z.object({ required: z.boolean(), members: z.int(), enrolled: z.int(), percent: z.int() }),
  members: z.array(z.looseObject({ personId: z.string(), isDormant: z.boolean() })),
  serviceAccounts: z.array(z.looseObject({ name: z.string() })),
  settings: z.looseObject({ approval: z.string() }),
  retention: z.object({ auditRetentionDays: z.int(), keptSince: z.string() }),
  sections: z.record(z.string(), Listed),
});

/** Ada's workspace an hour after she founded it, and what it takes to write its report. */
const reporting = async () => {
  const made = await team();
  const { users, owner } = made;
  users.clock.pass(60 * 60 * 1000);
  let happened = 0;
  const happens = async (eventType: string, change: Partial<AuditEvent> = {}) => {
    happened += 1;
    const event = auditEvent(happened, { eventType, data: {}, ...change });
    await users.deps.audit.append(owner.workspaceId, event);
  };
  const ask = (body: object = {}, as = owner) =>
    users.call(contract.requestComplianceReport, {
      as,
      body: { from: '2026-11-22T00:00:00Z', to: users.clock.now().toISOString(), ...body },
    });
  const read = (id: string, as = owner) =>
    users.call(contract.getComplianceReport, { as, path: { complianceReportId: id } });
  const step = async (reportId: string, progress: Progress | null) => {
    const input = { workspaceId: owner.workspaceId, reportId, progress };
    const origin = { execution: 'execution-1', correlationId: 'request-1' };
    return Stepped.parse(await users.wake({ task: tasks.reportCompliance, input, ...origin }));
  };
  /** Carries out the workflow. Returns the number of steps. */
  const write = async (reportId: string, from: Progress | null = null) => {
    let progress = from;
    for (let steps = 1; steps <= 100; steps += 1) {
      const stepped = await step(reportId, progress);
      if (!stepped.isMore) return steps;
      progress = stepped.progress;
    }
    throw new Error('The workflow does not end');
  };
  const file = (id: string, form: string) =>
    users.deps.auditFiles.files.get(`${owner.workspaceId}/compliance-reports/${id}.${form}`) ?? '';
  const document = (id: string) => Document.parse(JSON.parse(file(id, 'json')));
  /** Requests, writes and reads a report. */
  const written = async (body: object = {}) => {
    const { id } = View.parse((await ask(body)).body);
    await write(id);
    return { id, view: View.parse((await read(id)).body), document: document(id) };
  };
  return { ...made, happens, ask, read, write, step, file, document, written };
};

describe('a compliance report', () => {
  test('is requested, written by the workflow, emitted as an event and read in three forms', async () => {
    const { users, owner, ask, read, write } = await reporting();
    const wanted = await ask();
    expect(wanted).toMatchObject({ status: 202, body: { status: 'requested', summary: null, links: null } });
    const { id } = View.parse(wanted.body);
    await write(id);
    await write(id);
    const place = `https://files.example/${owner.workspaceId}/compliance-reports/${id}`;
    const { status, body } = await read(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ready',
      version: 2,
      summary: { chain: { verdict: 'intact' }, members: 1, membersWithMfa: 0, dormantMembers: 0 },
      links: { json: `${place}.json`, csv: `${place}.csv`, html: `${place}.html` },
    });
    expect(JSON.stringify(body)).not.toContain('changedBy');
    const told = users.events().filter(({ definition }) => /^compl/.test(definition.type));
    expect(told.map(({ definition, detail }) => [definition.type, detail.data])).toEqual([
      ['compliance.report_requested', { from: '2026-11-22T00:00:00Z', to: '2026-11-22T10:00:00.000Z' }],
      ['compliance.report_ready', { verdict: 'intact' }],
    ]);
    const { after } = users.changes.findLast((change) => change.after?.['type'] === 'compliance_report') ?? {};
    expect(eventsFor({ before: after, after })).toEqual([]);
  });

  test('lists each event in its sections, and nothing else', async () => {
    const { happens, written } = await reporting();
    const occurredAt = '2026-11-22T09:30:00.000Z';
    const data: Readonly<Record<string, AuditEvent['data'][]>> = {
      'post.approved': [{ isOverride: false }, { isOverride: true }],
      'post.held': [{ code: 'policy_pay_to_engage' }, { code: 'policy_review_wanted' }, { code: 'budget_exhausted' }],
      'account.health_changed': [{ health: 'suspended' }, { health: 'reconnect_needed' }, { health: 'healthy' }],
    };
    for (const { type } of allEvents)
      for (const said of data[type] ?? [{}]) await happens(type, { occurredAt, data: said });
    const { sections } = (await written()).document;
    const typesIn = (name: string) => sections[name]?.entries.map(({ eventType }) => eventType).toSorted();
    expect(typesIn('approvals')).toEqual([
      ...['post.approved', 'post.approved', 'post.changes_requested', 'post.submitted'],
    ]);
    expect(typesIn('overrides')).toEqual(['post.approved', 'post.policy_overridden']);
    expect(sections['overrides']?.entries.map(({ details }) => details['isOverride'])).toContain(true);
    expect(typesIn('policyFindings')).toEqual(['account.health_changed', 'post.held']);
    expect(sections['policyFindings']?.entries.map(({ details }) => details)).toEqual(
      expect.arrayContaining([{ health: 'suspended' }, { code: 'policy_pay_to_engage' }]),
    );
    expect(typesIn('consents')).toEqual(['account.connected', 'account.disconnected', 'account.health_changed']);
    expect(typesIn('exports')).toEqual([
      ...['audit.export_ready', 'audit.export_requested', 'compliance.report_requested'],
    ]);
    expect(typesIn('erasures')).toEqual([
      ...['post.deleted', 'post.unpublished', 'workspace.deleted'],
      ...['workspace.deletion_cancelled', 'workspace.deletion_scheduled'],
    ]);
    expect(typesIn('privilegedChanges')).toEqual([
      ...['invitation.revoked', 'invitation.sent', 'member.added', 'member.disabled', 'member.enabled'],
      ...['member.removed', 'member.role_changed', 'ownership.transferred', 'service_account.changed'],
      ...['service_account.created', 'service_account.revoked', 'service_account.secret_rotated'],
      ...['user.mfa_changed', 'workspace.settings_changed'],
    ]);
  });

  test('shows of settings what changed, from which value to which', async () => {
    const { happens, written } = await reporting();
    const previous = defaultSettings;
    await happens('workspace.settings_changed', { data: { ...previous, requireMfa: true, previous } });
    const [entry] = (await written()).document.sections['privilegedChanges']?.entries ?? [];
    expect(entry?.details).toEqual({ requireMfa: 'false to true' });
  });

  test('leaves out what happened before its period, or at the end of it', async () => {
    const { happens, written } = await reporting();
    await happens('member.added', { occurredAt: '2026-11-22T09:00:59.999Z' });
    await happens('member.removed', { occurredAt: '2026-11-22T09:01:00.000Z' });
    await happens('member.enabled', { occurredAt: '2026-11-22T09:02:00.000Z' });
    const { document } = await written({ from: '2026-11-22T09:01:00Z', to: '2026-11-22T09:02:00Z' });
    expect(document.sections['privilegedChanges']?.entries.map(({ eventType }) => eventType)).toEqual([
      'member.removed',
    ]);
  });

  test('counts all of a flood, lists the first 500 and shows how many are left out', async () => {
    const { happens, written } = await reporting();
    const occurredAt = '2026-11-22T09:30:00.000Z';
    for (let n = 0; n < 503; n += 1) await happens('post.submitted', { occurredAt });
    const { document, view } = await written();
    expect(document.sections['approvals']).toMatchObject({ count: 503, leftOut: 3 });
    expect(document.sections['approvals']?.entries.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 500 }, (_, place) => place + 1),
    );
    expect(view.summary?.counts.approvals).toBe(503);
  });

  test('continues step by step when time runs out, and counts a repeated page once', async () => {
    const { users, happens, ask, write, step, document } = await reporting();
    for (let n = 0; n < 250; n += 1) {
      await happens('post.submitted', { occurredAt: '2026-11-22T09:30:00.000Z' });
    }
    const { id } = View.parse((await ask()).body);
    const followed = (await step(id, null)).progress;
    expect(followed).toMatchObject({ chain: { verdict: 'intact', from: 0, through: 250 }, topic: 0 });
    // Each reading of the clock takes five seconds: a step has time for one page.
    const { now } = users.clock;
    users.deps.now = () => {
      users.clock.pass(5_000);
      return now();
    };
    const at = Progress.parse({ ...followed, topic: topics.findIndex((each) => each.eventType === 'post.submitted') });
    expect((await step(id, at)).progress).toEqual(at);
    await step(id, at);
    // The last page of the topic is left: one step for each topic, and one for the files.
    expect(await write(id, followed)).toBe(topics.length + 1);
    expect(document(id).sections['approvals']).toMatchObject({ count: 250, leftOut: 0 });
  });

  test('names the first broken link of a trail that was altered', async () => {
    const { users, owner, happens, ask, write, read, file } = await reporting();
    for (let n = 0; n < 5; n += 1) await happens('post.submitted');
    const third = (await rowsOf(users.deps, owner.workspaceId))[2]?.link;
    if (!third) throw new Error('no third link');
    const lie = { entityId: 'pst_2', byEntityPk: `${owner.workspaceId}#pst_2` };
    await alter(users.table, owner.workspaceId, third.sequence, lie);
    const { id } = View.parse((await ask()).body);
    await write(id);
    const brokenAt = { sequence: 3, eventId: third.id, why: 'altered' };
    expect((await read(id)).body).toMatchObject({ summary: { chain: { verdict: 'broken', through: 2, brokenAt } } });
    expect(file(id, 'html')).toContain(`broken at event 3 (${third.id}): the event was changed.`);
    expect(file(id, 'csv')).toContain('"chain","verdict","broken"');
  });

  test('is written even when part of the trail is unreadable, and says so', async () => {
    const { users, ask, write, document, happens, file } = await reporting();
    await happens('post.submitted');
    const { audit } = users.deps;
    const list = audit.list.bind(audit);
    audit.list = async (workspaceId, filter, page) => {
      if (filter.eventType === 'post.submitted') z.object({ sequence: z.int() }).parse({ sequence: 'spoilt' });
      return list(workspaceId, filter, page);
    };
    const { id } = View.parse((await ask()).body);
    await write(id);
    expect(document(id).sections['approvals']).toMatchObject({ count: 0, isUnreadable: true });
    expect(document(id).sections['consents']).toMatchObject({ isUnreadable: false });
    expect(file(id, 'html')).toContain('could not be read');
  });

  test('shows members with role, second factor and dormancy, and the settings, but no address', async () => {
    const { users, owner, member, written, file } = await reporting();
    const editor = await member('eva');
    users.clock.pass(89 * day);
    const identity = await users.deps.provider.find('eva@example.com');
    const subject = identity?.subject ?? '';
    await users.deps.people.noteSignIn(
      subject,
      { device: 'digest', network: null, round: 0, mustBeTrusted: false },
      'request-1',
    );
    await users.deps.people.changeCredentials(subject, { hasMfa: true }, 'request-1');
    users.clock.pass(2 * day);
    const { id, document, view } = await written();
    expect(document.members).toMatchObject(
      [
        { personId: owner.personId, name: 'Ada Lovelace', role: 'owner', hasMfa: false, isDormant: true },
        { personId: editor.personId, name: 'Someone New', role: 'editor', hasMfa: true, isDormant: false },
      ].toSorted((one, other) => (one.personId < other.personId ? -1 : 1)),
    );
    expect(document).toMatchObject({
      report: { workspace: 'Engines', requestedBy: { type: 'person', id: owner.personId } },
      mfa: { required: false, members: 2, enrolled: 1, percent: 50 },
      settings: { approval: 'off', linkPolicy: 'allow', mentionPolicy: 'warn', requireAltText: false },
      retention: { auditRetentionDays: 730 },
    });
    expect(view.summary).toMatchObject({ members: 2, membersWithMfa: 1, dormantMembers: 1 });
    for (const form of ['json', 'csv', 'html']) expect(file(id, form)).not.toMatch(/@example\.com|secret/i);
  });

  test('escapes names in HTML, and prevents formulas in CSV', async () => {
    const { users, owner, written, file } = await reporting();
    const workspace = await users.deps.people.getWorkspace(owner.workspaceId);
    const author = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'request-1' };
    await users.deps.people.saveWorkspace({ ...workspace, name: '=<script>alert("1")</script>' }, author);
    const { id } = await written();
    const page = file(id, 'html');
    expect(page).not.toContain('<script');
    expect(page).toContain('=&#60;script&#62;alert(&#34;1&#34;)');
    // Fields have readable names: people print the page for auditors.
    for (const name of ['Created at', 'Requested by', 'Second factor required', 'Audit retention (days)']) {
      expect(page).toContain(`<th scope="row">${name}</th>`);
    }
    expect(page).not.toMatch(/<th[^>]*>[a-z]/);
    expect(page).toContain('@media print');
    expect(page).toContain('Content-Security-Policy');
    const lines = file(id, 'csv').trimEnd().split('\r\n');
    expect(lines).toContain(`"report","workspace","'=<script>alert(""1"")</script>","","","","","",""`);
    expect(lines[0]).toBe('\uFEFF"section","key","value","at","actorType","actorId","entityId","sequence","details"');
  });

  test('shows when it has failed', async () => {
    const { users, owner, ask, read } = await reporting();
    const { id } = View.parse((await ask()).body);
    const input = { workspaceId: owner.workspaceId, reportId: id };
    const origin = { execution: 'execution-1', correlationId: 'request-1' };
    await users.wake({ task: tasks.giveUpComplianceReport, input, ...origin });
    expect((await read(id)).body).toMatchObject({ status: 'failed', summary: null, links: null });
  });

  test('is for owners and admins of its workspace, and is listed newest first', async () => {
    const { users, owner, ask, read, stranger } = await reporting();
    const { id } = View.parse((await ask()).body);
    users.clock.pass(1_000);
    const newer = View.parse((await ask()).body);
    const eve = await stranger('eve');
    expect(await read(id, eve)).toMatchObject({ status: 404, body: { code: 'compliance_report_not_found' } });
    const list = async (as = owner) => users.call(contract.listComplianceReports, { as });
    expect(await list(eve)).toMatchObject({ status: 200, body: { items: [] } });
    const { items } = contract.listComplianceReports.response.parse((await list()).body);
    expect(items.map((each) => each.id)).toEqual([newer.id, id]);
    const manager = { ...owner, role: 'manager' as const };
    for (const answer of [await read(id, manager), await list(manager), await ask({}, manager)]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'role_lacks_permission' } });
    }
  });

  test.each<[string, object, ...string[]]>([
    [
      'that ends before it begins',
      { from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' },
      'body.from',
      'body.to',
    ],
    ['of more than 366 days', { from: '2025-11-21T09:59:59Z', to: '2026-11-22T10:00:00Z' }, 'body.to'],
    ['that ends in the future', { to: '2026-11-22T10:00:01Z' }, 'body.to'],
    ['with a time that is none', { from: 'yesterday' }, 'body.from'],
  ])('of a period %s is refused', async (_, body, ...paths) => {
    const { ask } = await reporting();
    expect(await ask(body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_body', fields: paths.map((path) => ({ path })) },
    });
  });

  test('may cover 366 days up to the present instant', async () => {
    const { ask } = await reporting();
    expect((await ask({ from: '2025-11-21T10:00:00Z', to: '2026-11-22T10:00:00Z' })).status).toBe(202);
  });
});
