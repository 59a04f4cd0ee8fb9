import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { operations } from '#functions/users/contract.ts';
import * as serviceAccounts from '#functions/users/service-accounts/contract.ts';
import * as members from '#functions/users/team/member-contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { team } from './team-harness.ts';

const period = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };

/**
 * A well-formed request of each operation that changes something in a workspace or returns its records: a new operation
 * fails the test without a row here.
 */
const requestsOf = ({
  workspaceId,
  personId,
  invitationId,
  serviceAccountId,
  id,
}: Readonly<Record<string, string>>) => {
  const path = { personId: personId ?? '' };
  const onMachine = { serviceAccountId: serviceAccountId ?? '' };
  const onInvitation = { invitationId: invitationId ?? '' };
  const headers = { 'if-match': '*' };
  const rows: Readonly<Record<string, { path?: Record<string, string>; body?: object; headers?: typeof headers }>> = {
    changeWorkspace: { headers, body: { approval: 'off', requireMfa: false } },
    createWorkspace: { body: { name: 'Elsewhere' } },
    switchWorkspace: { path: { workspaceId: workspaceId ?? '' } },
    deleteWorkspace: { body: { name: 'Engines' } },
    restoreWorkspace: {},
    changeMemberRole: { path, headers, body: { role: 'admin' } },
    disableMember: { path },
    enableMember: { path },
    removeMember: { path },
    leaveWorkspace: { body: { workspaceId } },
    transferOwnership: { body: { personId } },
    createInvitation: { body: { email: 'friend@example.com', role: 'admin' } },
    resendInvitation: { path: onInvitation },
    revokeInvitation: { path: onInvitation },
    acceptInvitation: { body: { token: 'x' } },
    createServiceAccount: { body: { name: 'Back door', role: 'admin' } },
    changeServiceAccount: { path: onMachine, headers, body: { role: 'admin' } },
    rotateServiceAccountSecret: { path: onMachine, body: {} },
    revokeServiceAccount: { path: onMachine },
    exportAuditEvents: { body: { ...period, format: 'jsonl' } },
    getAuditExport: { path: { exportId: `exp_${id ?? ''}` } },
    requestComplianceReport: { body: period },
    getComplianceReport: { path: { complianceReportId: `cpr_${id ?? ''}` } },
  };
  return rows;
};

/**
 * What belongs to the person rather than to the workspace: their sign-ins, credentials, mails and own data. It asks for
 * the password where that matters, and a removed member may still do it.
 */
const ownThings = [
  ...['signOut', 'signOutEverywhere', 'revokeSession', 'beginTotp', 'confirmTotp', 'disableTotp', 'changePassword'],
  ...['beginEmailChange', 'confirmEmailChange', 'changeNotifications', 'exportMe', 'eraseMe'],
];

const handsOut = ['getAuditExport', 'getComplianceReport'];
const looked: readonly Operation[] = operations.filter(
  ({ id, method, access }) =>
    access !== 'public' && (method !== 'GET' || handsOut.includes(id)) && !ownThings.includes(id),
);

const scene = async () => {
  const made = await team();
  const { owner, member, setRole, invite, users } = made;
  const invited = z.object({ id: z.string() }).parse((await invite('invited@example.com')).body);
  const machine = z
    .object({ clientId: z.string() })
    .parse(
      (await users.call(serviceAccounts.createServiceAccount, { as: owner, body: { name: 'M', role: 'editor' } })).body,
    );
  const target = await member('target');
  const insider = await member('insider', 'admin');
  await setRole(owner, insider.personId, 'owner');
  const requests = requestsOf({
    ...{ workspaceId: owner.workspaceId, personId: target.personId, id: invited.id.slice(4) },
    ...{ invitationId: invited.id, serviceAccountId: machine.clientId },
  });
  // Their access token says owner until it expires.
  return { ...made, requests, insider: { ...insider, role: 'owner' as const }, target };
};

test('every operation that acts on a workspace has a request here, and no other operation has', () => {
  expect(Object.keys(requestsOf({})).sort()).toEqual(looked.map(({ id }) => id).sort());
  expect(ownThings.filter((id) => !operations.some((each) => each.id === id))).toEqual([]);
});

describe.each<[string, (at: Awaited<ReturnType<typeof scene>>) => Promise<unknown>]>([
  ['removed', ({ call, owner, insider }) => call(members.removeMember, owner, insider.personId)],
  ['shut out', ({ call, owner, insider }) => call(members.disableMember, owner, insider.personId)],
])('a member who was %s, with an access token that says owner', (_, end) => {
  test('can change nothing and read no records', async () => {
    const at = await scene();
    const { users, insider, requests, target } = at;
    await end(at);
    const changes = users.changes.length;
    const let_in: string[] = [];
    for (const operation of looked) {
      const { status, body } = await users.call(operation, { as: insider, ...requests[operation.id] });
      const { code } = z.object({ code: z.string().optional() }).parse(body ?? {});
      const isRefused = (status === 403 && code === 'not_a_member') || code === 'workspace_not_found';
      if (!isRefused) let_in.push(`${operation.id}: ${status} ${code ?? ''}`);
    }
    expect(let_in).toEqual([]);
    expect(users.changes).toHaveLength(changes);
    expect((await users.deps.members.get(target.workspaceId, target.personId)).role).toBe('editor');
  });
});

test('a demoted member, with an access token that says owner, may do only what their role permits', async () => {
  const { users, owner, insider, requests, setRole } = await scene();
  await setRole(owner, insider.personId, 'analyst');
  // What any member may do has conditions of its own.
  const anyone = ['createWorkspace', 'switchWorkspace', 'leaveWorkspace', 'acceptInvitation'];
  const changes = users.changes.length;
  const let_in: string[] = [];
  for (const operation of looked.filter(({ id }) => !anyone.includes(id))) {
    const { status, body } = await users.call(operation, { as: insider, ...requests[operation.id] });
    const { code } = z.object({ code: z.string().optional() }).parse(body ?? {});
    if (status !== 403 || code !== 'role_lacks_permission') let_in.push(`${operation.id}: ${status} ${code ?? ''}`);
  }
  expect(let_in).toEqual([]);
  expect(users.changes).toHaveLength(changes);
});
