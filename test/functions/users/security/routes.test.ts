import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { AttemptRefused } from '#events/platform.ts';
import { SecurityAlert, UserLogin } from '#events/users.ts';
import { eventsFor } from '#functions/users/changes.ts';
import type { AuditEvent } from '#functions/users/domain/audit-event.ts';
import { findingOf, windowOf } from '#functions/users/domain/security-event.ts';
import { renderMail } from '#functions/users/mail/render.ts';
import * as contract from '#functions/users/security/contract.ts';
import { watch } from '#functions/users/security/detect.ts';
import { createServiceAccount } from '#functions/users/service-accounts/contract.ts';
import { busEntry } from '#shared/events/publish.ts';
import { auditEvent } from '#test/support/audit-events.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';
import { team } from '../team-harness.ts';

const { personId } = owner;
const machine = { type: 'service_account', id: 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V' } as const;

const event = (n: number, eventType: string, data: Record<string, unknown>, more: Partial<AuditEvent> = {}) =>
  auditEvent(n, { eventType, entityId: personId, data, ...more });

describe('a single event', () => {
  test.each<[string, AuditEvent, object]>([
    [
      'a spent refresh token',
      event(1, 'session.ended', { reason: 'reuse' }),
      { kind: 'refresh_token_reused', severity: 'high', personId },
    ],
    ['a second factor given up', event(1, 'user.mfa_changed', { hasMfa: false }), { kind: 'mfa_disabled', personId }],
    [
      'a new admin',
      event(1, 'member.role_changed', { role: 'admin', previousRole: 'editor' }),
      { kind: 'privileges_escalated', severity: 'high', details: { role: 'admin', by: 'member.role_changed' } },
    ],
    [
      'an X account that went to another workspace',
      event(1, 'account.disconnected', { reason: 'connected_elsewhere' }, { entityId: 'acc_1' }),
      { kind: 'account_connected_elsewhere', severity: 'high', personId: null, details: { accountId: 'acc_1' } },
    ],
    ['a new owner', event(1, 'ownership.transferred', { from: 'usr_1' }), { kind: 'privileges_escalated' }],
    [
      'a powerful machine',
      event(1, 'service_account.created', { role: 'owner' }, { entityId: machine.id }),
      { kind: 'privileges_escalated', personId: machine.id },
    ],
  ])('about %s is a finding', (_, audited, finding) => {
    expect(findingOf(audited)).toMatchObject(finding);
  });

  test.each([
    event(1, 'session.ended', { reason: 'sign_out' }),
    event(1, 'user.mfa_changed', { hasMfa: true }),
    event(1, 'member.role_changed', { role: 'editor', previousRole: 'admin' }),
    event(1, 'member.added', { role: 'analyst' }),
    event(1, 'account.disconnected', { reason: 'requested' }),
    event(1, 'account.disconnected', {}),
    event(1, 'post.created', { role: 'owner' }),
    event(1, 'constructor', {}),
  ])('of the type $eventType with the data $data is not a finding', (audited) => {
    expect(findingOf(audited)).toBeUndefined();
  });

  test('is counted in a window that starts at a full five minutes', () => {
    expect(windowOf('2026-11-22T09:04:59.999Z')).toBe('2026-11-22T09:00:00.000Z');
    expect(windowOf('2026-11-22T09:05:00.000Z')).toBe('2026-11-22T09:05:00.000Z');
  });
});

const rendered = (mail: Readonly<Record<string, unknown>> | undefined) =>
  renderMail(
    { kind: 'security_alert', data: z.record(z.string(), z.string()).parse(mail?.data) },
    { publicUrl: 'https://pages.example', token: 't' },
  );

const Listed = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });

const watched = async () => {
  const users = harness();
  const as = await users.ada();
  const { workspaceId } = as;
  const see = (audited: AuditEvent, isFirst = true) => watch(users.deps, workspaceId, audited, isFirst);
  const list = async () => {
    const { status, body } = await users.call(contract.listSecurityEvents, { as });
    expect(status).toBe(200);
    return Listed.parse(body).items;
  };
  const kinds = async () => (await list()).map(({ kind }) => kind);
  /** The alerts emitted by the writes so far, as they reach the bus. */
  const alerts = () =>
    users.changes
      .flatMap((change, index) => eventsFor(change).map((told) => busEntry(told, `record-${index}`, 0)))
      .filter(({ type }) => type === SecurityAlert.type);
  const deliver = async (entry: { source: string; type: string; detail: string }) => {
    const detail: unknown = JSON.parse(entry.detail);
    return users.wake({
      Records: [
        {
          messageId: 'message-1',
          eventSource: 'aws:sqs',
          body: JSON.stringify({ source: entry.source, 'detail-type': entry.type, detail }),
        },
      ],
    });
  };
  const mails = () =>
    users.changes.flatMap(({ before, after }) =>
      after?.type === 'mail' && after.kind !== 'sign_up' && !before ? [after] : [],
    );
  return { users, as, see, list, kinds, alerts, deliver, mails };
};

const refusal = (n: number, attempts: number, more: Partial<AuditEvent> = {}) =>
  event(
    n,
    'attempt.refused',
    { attempts },
    { occurredAt: `2026-11-22T09:01:${String(n).padStart(2, '0')}.000Z`, ...more },
  );

describe('the security watch', () => {
  test('lists, emits, counts and mails a finding to the owner, once each', async () => {
    const { users, see, list, alerts, deliver, mails, as } = await watched();
    const reuse = event(1, 'session.ended', { reason: 'reuse' });
    await see(reuse);
    users.clock.pass(1_000);
    await see(reuse, false);
    expect(await list()).toMatchObject([{ kind: 'refresh_token_reused', severity: 'high', personId, network: null }]);
    expect(users.deps.alerts).toEqual(['high']);
    const [alert, ...others] = alerts();
    expect(others).toEqual([]);
    if (!alert) throw new Error('nothing was told');
    expect(JSON.parse(alert.detail)).toMatchObject({
      workspaceId: as.workspaceId,
      data: { kind: 'refresh_token_reused', severity: 'high', personId },
    });
    await deliver(alert);
    await deliver(alert);
    expect(mails()).toMatchObject([
      { to: ada.email, kind: 'security_alert', data: { what: 'A session was used in two places and was ended' } },
    ]);
    // Marking it as mailed emits nothing more.
    expect(alerts()).toHaveLength(1);
  });

  test('mails that an X account was connected to another workspace, with the id of the account', async () => {
    const { see, alerts, deliver, mails } = await watched();
    await see(event(1, 'account.disconnected', { reason: 'connected_elsewhere' }, { entityId: 'acc_1' }));
    for (const alert of alerts()) await deliver(alert);
    expect(mails()).toMatchObject([{ to: ada.email, kind: 'security_alert', data: { account: 'acc_1' } }]);
  });

  test('mails a finding with the name of its workspace, when it was, and where all findings are listed', async () => {
    const { see, alerts, deliver, mails, users } = await watched();
    await see(event(1, 'session.ended', { reason: 'reuse' }));
    for (const alert of alerts()) await deliver(alert);
    expect(mails()).toMatchObject([{ data: { personId } }]);
    // A person who is not a member has no name here.
    expect(JSON.stringify(mails())).not.toContain('memberName');
    const { subject, text } = rendered(mails()[0]);
    expect(subject).toBe('Security alert in Engines: A session was used in two places and was ended');
    expect(text).toContain('Workspace: Engines');
    expect(text).toContain('Time: 2026-11-22 09:01 UTC');
    expect(text).toContain(
      `All security events of the workspace can be listed (API request GET ${users.deps.mailing.publicUrl}/v1/security-events).`,
    );
  });

  test('advises each recipient on what to do about themselves, somebody else, a service account and nobody', async () => {
    const { users, owner: first, member } = await team();
    const second = await member('bea', 'admin');
    const { workspaceId } = first;
    const advice = async (audited: AuditEvent) => {
      await watch(users.deps, workspaceId, audited, true);
      await users.hear(SecurityAlert.type);
      const [toFirst, toSecond] = [ada.email, 'bea@example.com'].map((to) =>
        users
          .mailsTo(to)
          .filter(({ kind }) => kind === 'security_alert')
          .at(-1),
      );
      return { toFirst: toFirst?.data, toSecond: toSecond?.data };
    };
    const about = { entityId: second.personId, actor: { type: 'person' as const, id: second.personId } };
    const own = await advice(event(1, 'user.mfa_changed', { hasMfa: false }, about));
    expect(own.toSecond).toMatchObject({
      memberName: 'Someone New',
      advice:
        'If you did not expect this, change your password, sign out everywhere, and tell the other owners and admins.',
    });
    expect(own.toFirst?.advice).toBe(
      'If this was not expected, tell the other owners and admins, and disable the member if necessary.',
    );
    const ofMachine = await advice(event(2, 'service_account.created', { role: 'admin' }, { entityId: machine.id }));
    // It was given rights, perhaps by somebody in an owner's session.
    const inYourName = 'If it was done in your name, change your password and sign out everywhere.';
    expect(ofMachine.toFirst?.advice).toBe(
      `If this was not expected, tell the other owners and admins, and revoke the service account if necessary. ${inYourName}`,
    );
    const lost = { entityId: 'acc_1' };
    const ofNobody = await advice(event(3, 'account.disconnected', { reason: 'connected_elsewhere' }, lost));
    expect(ofNobody.toFirst).toMatchObject({
      account: 'acc_1',
      advice:
        'Ask the people who manage the account on X. It can be connected here again once it is disconnected there.',
    });
    const given = { entityId: second.personId, actor: { type: 'person' as const, id: first.personId } };
    const promoted = await advice(event(4, 'member.role_changed', { role: 'admin', previousRole: 'editor' }, given));
    expect(promoted.toSecond?.advice).toBe(`Tell the other owners and admins, if there are any. ${inYourName}`);
  });

  test('mails the names of a service account and of an X account that the workspace has', async () => {
    const { users, owner } = await team();
    const { workspaceId, personId: connectedBy } = owner;
    const created = { as: owner, body: { name: 'Exporter', role: 'admin' } };
    const { body } = await users.call(createServiceAccount, created);
    const { clientId: entityId } = z.object({ clientId: z.string() }).parse(body);
    const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
    const connectedAt = users.clock.now().toISOString();
    const known = { workspaceId, accountId, username: 'acme', connectedBy, connectedAt };
    await users.deps.knownAccounts.learn(1, known);
    await watch(users.deps, workspaceId, event(1, 'service_account.created', { role: 'admin' }, { entityId }), true);
    const elsewhere = event(2, 'account.disconnected', { reason: 'connected_elsewhere' }, { entityId: accountId });
    await watch(users.deps, workspaceId, elsewhere, true);
    await users.hear(SecurityAlert.type);
    const told = users.mailsTo(ada.email).filter(({ kind }) => kind === 'security_alert');
    expect(told.map(({ data }) => data)).toMatchObject([
      { serviceAccountName: 'Exporter' },
      { account: `@acme (${accountId})` },
    ]);
  });

  test('finds what was lost the first time when the event is delivered again', async () => {
    const { see, kinds } = await watched();
    await see(event(1, 'user.mfa_changed', { hasMfa: false }), false);
    expect(await kinds()).toEqual(['mfa_disabled']);
  });

  test('makes one finding of many refusals of one person within five minutes', async () => {
    const { see, kinds, list } = await watched();
    await see(refusal(1, 1));
    await see(refusal(2, 9));
    await see(refusal(3, 9));
    expect(await kinds()).toEqual([]);
    await see(refusal(4, 1));
    await see(refusal(5, 50));
    expect(await list()).toMatchObject([{ kind: 'repeated_denials', personId, details: { denials: 20 } }]);
  });

  test('does not add up refusals of others, of other windows, or delivered again', async () => {
    const { see, kinds } = await watched();
    await see(refusal(1, 19));
    await see(refusal(1, 19), false);
    await see(refusal(2, 19, { actor: machine }));
    await see(refusal(3, 19, { occurredAt: '2026-11-22T09:06:00.000Z' }));
    expect(await kinds()).toEqual([]);
  });

  test('finds a service account in a new network, but not in its first one or one that it was in', async () => {
    const { see, list } = await watched();
    const from = (n: number, network: string) => refusal(n, 1, { actor: machine, network });
    await see(from(1, '192.0.2.0/24'));
    await see(from(2, '192.0.2.0/24'));
    expect(await list()).toEqual([]);
    await see(from(3, '198.51.100.0/24'));
    await see(from(4, '198.51.100.0/24'));
    expect(await list()).toMatchObject([
      { kind: 'new_network', severity: 'medium', personId: machine.id, network: '198.51.100.0/24' },
    ]);
  });

  test('compares the networks of sign-ins, but not of other acts of a person', async () => {
    const { see, kinds } = await watched();
    await see(event(1, 'user.login', {}, { network: '192.0.2.0/24' }));
    await see(refusal(2, 1, { network: '203.0.113.0/24' }));
    expect(await kinds()).toEqual([]);
    await see(event(3, 'user.login', {}, { network: '198.51.100.0/24' }));
    expect(await kinds()).toEqual(['new_network']);
  });

  test('compares the networks of sign-ins that come through the inbox', async () => {
    const { deliver, kinds, as } = await watched();
    for (const [place, network] of ['192.0.2.0/24', '192.0.2.0/24', '198.51.100.0/24'].entries()) {
      const detail = {
        ...{ schemaVersion: 1, workspaceId: as.workspaceId, entityId: as.personId, entityVersion: place + 10 },
        ...{ occurredAt: '2026-11-22T09:00:00.000Z', actor: { type: 'person' as const, id: as.personId } },
        ...{ correlationId: `request-${place}`, data: { network } },
      };
      expect(await kinds()).toEqual([]);
      await deliver(busEntry({ definition: UserLogin, detail }, `request-${place}`, 0));
    }
    expect(await kinds()).toEqual(['new_network']);
  });

  test('counts refusals that come through the inbox', async () => {
    const { deliver, kinds, as } = await watched();
    const detail = {
      schemaVersion: 1,
      workspaceId: as.workspaceId,
      entityId: 'approvePost',
      entityVersion: 1,
      occurredAt: '2026-11-22T09:00:00.000Z',
      actor: { type: 'person' as const, id: as.personId },
      correlationId: 'request-9',
      data: {
        context: 'posts',
        operation: 'approvePost',
        status: 403,
        code: 'role_lacks_permission',
        role: 'editor' as const,
        network: '192.0.2.0/24',
        attempts: 25,
      },
    };
    const entry = busEntry({ definition: AttemptRefused, detail }, 'request-9', 0);
    await deliver(entry);
    await deliver(entry);
    expect(await kinds()).toEqual(['repeated_denials']);
  });

  test.each(['manager', 'editor', 'analyst'] as const)('refuses its list to the role %s', async (role) => {
    const { users, as } = await watched();
    expect((await users.call(contract.listSecurityEvents, { as: { ...as, role } })).status).toBe(403);
  });

  test('shows nothing of it to another workspace', async () => {
    const { users, see } = await watched();
    await see(event(1, 'session.ended', { reason: 'reuse' }));
    const { body } = await users.call(contract.listSecurityEvents, { as: owner });
    expect(Listed.parse(body).items).toEqual([]);
  });
});
