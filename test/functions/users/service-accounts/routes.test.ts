import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventsFor } from '#functions/users/changes.ts';
import { noWorkspace } from '#functions/users/domain/sign-in-errors.ts';
import { getMe } from '#functions/users/me/contract.ts';
import { listSecurityEvents } from '#functions/users/security/contract.ts';
import * as contract from '#functions/users/service-accounts/contract.ts';
import { isWithin } from '#functions/users/service-accounts/issue-token.ts';
import { listSessions } from '#functions/users/sessions/contract.ts';
import * as invitations from '#functions/users/team/invitation-contract.ts';
import * as members from '#functions/users/team/member-contract.ts';
import * as workspaces from '#functions/users/workspaces/contract.ts';
import { busEntry } from '#shared/events/publish.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const hour = 60 * 60 * 1000;
const problem = (status: number, code: string) => ({ status, body: { code } });
const Made = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  serviceAccount: z.looseObject({ version: z.int() }),
});
const denied = problem(401, 'invalid_client');

const open = async (said: object = {}) => {
  const scene = await team();
  const { users, owner } = scene;
  const create = (as: SignedIn = owner, more: object = said) =>
    users.call(contract.createServiceAccount, { as, body: { name: 'Exporter', role: 'editor', ...more } });
  const made = Made.parse((await create()).body);
  const path = { serviceAccountId: made.clientId };
  const exchange = (secret = made.clientSecret, id = made.clientId) =>
    users.call(contract.issueToken, {
      body: { grant_type: 'client_credentials', client_id: id, client_secret: secret },
    });
  return { ...scene, create, made, path, exchange };
};

describe('a service account', () => {
  test('shows its secret once; only the hash is stored, and no event contains it', async () => {
    const { users, owner, made, path, told } = await open();
    expect(made.clientId).toMatch(/^sva_/);
    const read = await users.call(contract.getServiceAccount, { as: owner, path });
    expect(read).toMatchObject({ status: 200, body: { id: made.clientId, role: 'editor', lastUsedAt: null } });
    const listed = await users.call(contract.listServiceAccounts, { as: owner });
    for (const text of [read, listed, told(), users.changes].map((each) => JSON.stringify(each))) {
      expect(text).not.toContain(made.clientSecret);
    }
    expect(JSON.stringify([read, listed])).not.toContain('hash');
    expect(told().at(-1)).toEqual([
      'service_account.created',
      made.clientId,
      { role: 'editor', createdBy: owner.personId, secretIssuedBy: owner.personId },
    ]);
  });

  test('names in its token who created it and who issued a secret that is still valid', async () => {
    const { users, owner, member, made, path } = await open();
    const colleague = await member('bob', 'admin');
    const rotate = (as: SignedIn, overlapHours: number) =>
      users.call(contract.rotateServiceAccountSecret, { as, path, body: { overlapHours } });
    const makers = async () => (await users.whoIs(`${made.clientId.toLowerCase()}@service.invalid`)).madeBy;
    expect(await makers()).toBe(owner.personId);
    await rotate(colleague, 24);
    expect(await makers()).toBe(`${owner.personId} ${colleague.personId}`);
    await rotate(owner, 0);
    expect(await makers()).toBe(owner.personId);
    const read = await users.call(contract.getServiceAccount, { as: owner, path });
    expect(read).toMatchObject({ body: { createdBy: owner.personId } });
  });

  test('has no sessions, and is refused with only_for_people', async () => {
    const { users, owner, made } = await open();
    const machine: SignedIn = { workspaceId: owner.workspaceId, personId: made.clientId, role: 'editor' };
    const refused = { status: 403, body: { code: 'only_for_people' } };
    expect(await users.call(listSessions, { as: machine })).toMatchObject(refused);
  });

  test('gets a token of one hour for its workspace and role, and the time of its use is recorded', async () => {
    const { users, owner, made, path, exchange, told } = await open();
    const before = told().length;
    users.clock.pass(hour);
    const answer = await exchange();
    expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 3600 } });
    expect(Object.keys(answer.body ?? {}).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    const read = await users.call(contract.getServiceAccount, { as: owner, path });
    expect(read).toMatchObject({ body: { lastUsedAt: '2026-11-22T10:00:00.000Z', version: 1 } });
    expect(told()).toHaveLength(before);
    expect(await users.whoIs(`${made.clientId.toLowerCase()}@service.invalid`)).toEqual({
      personId: made.clientId,
      madeBy: owner.personId,
      workspaceId: owner.workspaceId,
      role: 'editor',
    });
  });

  test('can authenticate by HTTP Basic, which takes precedence over the body', async () => {
    const { users, made, exchange } = await open();
    const basic = (text: string, body: object = {}) =>
      users.call(contract.issueToken, {
        body: { grant_type: 'client_credentials', ...body },
        headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
      });
    expect(await basic(`${made.clientId}:${made.clientSecret}`)).toMatchObject({ status: 200 });
    expect(await basic(`${made.clientId}:wrong`)).toMatchObject(denied);
    const inBody = { client_id: made.clientId, client_secret: made.clientSecret };
    expect(await basic('nonsense', inBody)).toMatchObject(denied);
    expect(await basic(`%:${made.clientSecret}`)).toMatchObject(denied);
    expect(await exchange('')).toMatchObject({ status: 400 });
  });

  test.each([
    ['an unknown account', (made: z.infer<typeof Made>) => ['sva_01KATJ9V5H8Q3M4N5P6R7S8T9V', made.clientSecret]],
    ['a wrong secret', (made: z.infer<typeof Made>) => [made.clientId, `${made.clientSecret}x`]],
    ['a person', () => ['usr_01KATJ9V5H8Q3M4N5P6R7S8T9V', 'secret']],
  ])('is refused with invalid_client for %s', async (_, credentials) => {
    const { made, exchange } = await open();
    const [id, secret] = credentials(made);
    expect(await exchange(secret, id)).toMatchObject(denied);
  });
});

describe('rotating a secret', () => {
  test('keeps the former one valid for a day or as long as requested, and never a third one', async () => {
    const { users, owner, made, path, exchange, told } = await open();
    const rotate = async (body: object = {}) =>
      Made.parse((await users.call(contract.rotateServiceAccountSecret, { as: owner, path, body })).body).clientSecret;
    const second = await rotate();
    expect(told().at(-1)).toEqual([
      'service_account.secret_rotated',
      made.clientId,
      { formerEndsAt: '2026-11-23T09:00:00.000Z' },
    ]);
    users.clock.pass(24 * hour - 1);
    expect(await exchange()).toMatchObject({ status: 200 });
    users.clock.pass(1);
    expect(await exchange()).toMatchObject(denied);
    expect(await exchange(second)).toMatchObject({ status: 200 });
    const third = await rotate({ overlapHours: 168 });
    const fourth = await rotate({ overlapHours: 168 });
    expect(await exchange(second)).toMatchObject(denied);
    expect(await exchange(third)).toMatchObject({ status: 200 });
    const fifth = await rotate({ overlapHours: 0 });
    expect(await exchange(fourth)).toMatchObject(denied);
    expect(await exchange(fifth)).toMatchObject({ status: 200 });
    const tooLong = await users.call(contract.rotateServiceAccountSecret, {
      as: owner,
      path,
      body: { overlapHours: 169 },
    });
    expect(tooLong).toMatchObject({ status: 400, body: { fields: [{ path: 'body.overlapHours' }] } });
  });
});

describe('a secret that a member has seen', () => {
  const View = z.looseObject({
    createdBy: z.string(),
    secretIssuedBy: z.string(),
    secretKnownToFormerMembers: z.array(z.string()),
  });

  /** A service account that an admin has created, and what becomes of it. */
  const made = async () => {
    const scene = await open();
    const { users, owner, member, create, told } = scene;
    const admin = await member('admin', 'admin');
    const { clientId } = Made.parse((await create(admin)).body);
    const path = { serviceAccountId: clientId };
    const view = async () => View.parse((await users.call(contract.getServiceAccount, { as: owner, path })).body);
    const listed = async () => {
      const { body } = await users.call(contract.listServiceAccounts, { as: owner });
      const { items } = z.object({ items: z.array(View) }).parse(body);
      return items.find(({ id }) => id === clientId);
    };
    const rotate = (as: SignedIn, body: object = {}) =>
      users.call(contract.rotateServiceAccountSecret, { as, path, body });
    /** Delivers the events of what was written since. */
    const heard = async (from: number) => {
      const events = users.changes
        .slice(from)
        .flatMap((change, index) => eventsFor(change).map((event) => busEntry(event, `record-${from + index}`, 0)));
      for (const { source, type, detail } of events) {
        const body = JSON.stringify({ source, 'detail-type': type, detail: JSON.parse(detail) as unknown });
        await users.wake({ Records: [{ messageId: 'm', eventSource: 'aws:sqs', body }] });
      }
    };
    const findings = async () => {
      const { body } = await users.call(listSecurityEvents, { as: owner });
      const { items } = z.object({ items: z.array(z.looseObject({ kind: z.string() })) }).parse(body);
      return items.filter(({ kind }) => kind === 'secret_known_to_former_member');
    };
    const since = () => users.changes.length;
    return { ...scene, admin, clientId, path, view, listed, rotate, heard, findings, since, told };
  };

  test('is shown as known to no former member while they are trusted', async () => {
    const { view, admin } = await made();
    expect(await view()).toMatchObject({
      createdBy: admin.personId,
      secretIssuedBy: admin.personId,
      secretKnownToFormerMembers: [],
    });
  });

  test.each<[string, (at: Awaited<ReturnType<typeof made>>) => Promise<unknown>]>([
    ['removed', ({ call, owner, admin }) => call(members.removeMember, owner, admin.personId)],
    ['shut out', ({ call, owner, admin }) => call(members.disableMember, owner, admin.personId)],
    ['demoted', ({ setRole, owner, admin }) => setRole(owner, admin.personId, 'manager')],
  ])('is shown as such, listed as a finding and mailed to the owner when they are %s', async (_, end) => {
    const at = await made();
    const { view, listed, admin, owner, clientId, heard, findings, since, users, rotate } = at;
    const before = since();
    await end(at);
    expect((await view()).secretKnownToFormerMembers).toEqual([admin.personId]);
    expect((await listed())?.secretKnownToFormerMembers).toEqual([admin.personId]);
    const after = since();
    await heard(before);
    expect(await findings()).toMatchObject([
      { severity: 'high', personId: admin.personId, details: { serviceAccounts: clientId } },
    ]);
    await heard(after);
    const mails = users.changes.flatMap(({ after: item }) =>
      item?.type === 'mail' && JSON.stringify(item).includes('may no longer manage it') ? [item] : [],
    );
    expect(mails).toMatchObject([{ to: ada.email, kind: 'security_alert', data: { serviceAccounts: clientId } }]);

    // The former secret is valid until its overlap ends, and is reported until then.
    await rotate(owner);
    expect(await view()).toMatchObject({
      createdBy: admin.personId,
      secretIssuedBy: owner.personId,
      secretKnownToFormerMembers: [admin.personId],
    });
    users.clock.pass(24 * hour);
    expect((await view()).secretKnownToFormerMembers).toEqual([]);
  });

  test('is no longer shown as such after a rotation without an overlap, or a revocation', async () => {
    const { view, admin, owner, call, rotate, users, path, heard, since, findings } = await made();
    await call(members.removeMember, owner, admin.personId);
    const before = since();
    await rotate(owner, { overlapHours: 0 });
    expect((await view()).secretKnownToFormerMembers).toEqual([]);
    await users.call(contract.revokeServiceAccount, { as: owner, path });
    expect(await view()).toMatchObject({ secretKnownToFormerMembers: [], secretIssuedBy: admin.personId });
    await heard(before);
    expect(await findings()).toEqual([]);
  });

  test('is known to whoever rotated it, and not to somebody who only changed the account', async () => {
    const { view, owner, admin, call, rotate, users, path, member, told } = await made();
    const other = await member('other', 'admin');
    await rotate(other, { overlapHours: 0 });
    const change = { as: owner, path, headers: { 'if-match': '*' }, body: { name: 'Renamed' } };
    expect(await users.call(contract.changeServiceAccount, change)).toMatchObject({
      body: { createdBy: admin.personId, secretIssuedBy: other.personId },
    });
    expect(told().at(-1)?.[2]).toEqual({ role: 'editor', createdBy: admin.personId, secretIssuedBy: other.personId });
    await call(members.removeMember, owner, admin.personId);
    expect((await view()).secretKnownToFormerMembers).toEqual([]);
    await call(members.removeMember, owner, other.personId);
    expect((await view()).secretKnownToFormerMembers).toEqual([other.personId]);
  });

  test('in a row that does not say who issued it is known to whoever changed the row last', async () => {
    const { users, view, admin, owner, path } = await made();
    const key = { pk: owner.workspaceId, sk: `SERVICE_ACCOUNT#${path.serviceAccountId}` };
    const { createdBy: _, ...row } = (await users.table.get(key)) ?? {};
    const secrets = (row.secrets as { issuedBy: string }[]).map(({ issuedBy: _issuer, ...secret }) => secret);
    await users.table.put({ ...row, ...key, secrets });
    expect(await view()).toMatchObject({ createdBy: admin.personId, secretIssuedBy: admin.personId });
  });
});

describe('access by a service account', () => {
  test('ends at once and for good when it is revoked', async () => {
    const { users, owner, made, path, exchange, told } = await open();
    const revoke = () => users.call(contract.revokeServiceAccount, { as: owner, path });
    expect(await revoke()).toMatchObject({ status: 204 });
    expect(told().at(-1)).toEqual(['service_account.revoked', made.clientId, {}]);
    expect(await exchange()).toMatchObject(denied);
    const sub = '4f6c2a52-0000-4000-8000-000000000000';
    const email = `${made.clientId.toLowerCase()}@service.invalid`;
    const callerContext = { clientId: 'machines' };
    const request = { userAttributes: { sub, email } };
    const trigger = { triggerSource: 'TokenGeneration_Authentication', callerContext, request };
    await expect(users.wake(trigger)).rejects.toThrow(noWorkspace().message);
    expect(await revoke()).toMatchObject({ status: 204 });
    const closed = problem(409, 'service_account_revoked');
    expect(await users.call(contract.rotateServiceAccountSecret, { as: owner, path, body: {} })).toMatchObject(closed);
    const headers = { 'if-match': '*' };
    const change = { as: owner, path, headers, body: { role: 'analyst' } };
    expect(await users.call(contract.changeServiceAccount, change)).toMatchObject(closed);
  });

  test('is not given to another user who bears its address', async () => {
    const { users, made } = await open();
    const email = `${made.clientId.toLowerCase()}@service.invalid`;
    const request = { userAttributes: { sub: '4f6c2a52-0000-4000-8000-000000000000', email } };
    const callerContext = { clientId: 'machines' };
    const event = { triggerSource: 'TokenGeneration_RefreshTokens', callerContext, request };
    await expect(users.wake(event)).rejects.toThrow(noWorkspace().message);
  });
});

describe('managing service accounts', () => {
  test('changes the role and addresses and emits that, and is refused with a stale version', async () => {
    const { users, owner, path, made, told } = await open();
    const change = (body: object, ifMatch = '"v1"') =>
      users.call(contract.changeServiceAccount, { as: owner, path, body, headers: { 'if-match': ifMatch } });
    expect(await change({ role: 'analyst', allowedAddresses: ['10.0.0.0/8'] })).toMatchObject({
      status: 200,
      body: { role: 'analyst', name: 'Exporter', allowedAddresses: ['10.0.0.0/8'], version: 2 },
    });
    expect(told().at(-1)).toEqual([
      'service_account.changed',
      made.clientId,
      { role: 'analyst', createdBy: owner.personId, secretIssuedBy: owner.personId },
    ]);
    expect(await change({ role: 'editor' })).toMatchObject({ status: 412 });
  });

  test('never makes one an owner, and is refused to a person who has been demoted', async () => {
    const { users, owner, member, create, setRole } = await open();
    expect(await create(owner, { role: 'owner' })).toMatchObject({
      status: 400,
      body: { fields: [{ path: 'body.role' }] },
    });
    const admin = await member('admin', 'admin');
    expect(await create(admin, { role: 'admin' })).toMatchObject({ status: 201 });
    await setRole(owner, admin.personId, 'manager');
    // The token still says admin.
    expect(await create(admin)).toMatchObject(problem(403, 'role_lacks_permission'));
    expect(await users.call(contract.listServiceAccounts, { as: { ...admin, role: 'manager' } })).toMatchObject({
      status: 403,
    });
  });

  test('gives them nothing that is for people, such as workspaces and invitations', async () => {
    const { users, owner, made } = await open();
    const as = { personId: made.clientId, workspaceId: owner.workspaceId, role: 'editor' as const };
    const only = problem(403, 'only_for_people');
    expect(await users.call(workspaces.createWorkspace, { as, body: { name: 'Mine' } })).toMatchObject(only);
    expect(await users.call(workspaces.listMyWorkspaces, { as })).toMatchObject(only);
    expect(await users.call(invitations.acceptInvitation, { as, body: { token: 'x' } })).toMatchObject(only);
    const path = { workspaceId: owner.workspaceId };
    expect(await users.call(workspaces.switchWorkspace, { as, path })).toMatchObject({ status: 404 });
    expect(await users.call(getMe, { as })).toMatchObject({
      status: 200,
      body: { person: { id: made.clientId, name: 'Exporter' }, role: 'editor' },
    });
  });

  test('is refused with too_many beyond fifty', async () => {
    const { create } = await open();
    for (let each = 1; each < 50; each += 1) expect(await create()).toMatchObject({ status: 201 });
    expect(await create()).toMatchObject(problem(409, 'too_many'));
  });

  test.each([
    ['a network that is none', { allowedAddresses: ['here'] }],
    ['an address without a prefix', { allowedAddresses: ['10.0.0.1'] }],
    ['a prefix too long', { allowedAddresses: ['10.0.0.0/33'] }],
    ['too many networks', { allowedAddresses: Array.from({ length: 51 }, () => '10.0.0.0/8') }],
    ['an empty name', { name: '' }],
  ])('is refused with %s', async (_, more) => {
    const { create, owner } = await open();
    expect(await create(owner, more)).toMatchObject({ status: 400, body: { code: 'invalid_body' } });
  });
});

describe('allowed addresses', () => {
  test.each([
    [[], '198.51.100.7', true],
    [['192.0.2.0/24'], '192.0.2.255', true],
    [['192.0.2.0/24'], '192.0.3.0', false],
    [['2001:db8::/32'], '2001:db8:1::1', true],
    [['2001:db8::/32'], '2001:db9::1', false],
    [['192.0.2.0/24', '2001:db8::/32'], '2001:db8::1', true],
    [['2001:db8::/32'], '192.0.2.1', false],
    [['192.0.2.0/24'], '::ffff:192.0.2.9', true],
    [['192.0.2.0/24'], 'unknown', false],
  ] as const)('of %j admit %s: %s', (networks, address, isLetIn) => {
    expect(isWithin(networks, address)).toBe(isLetIn);
  });

  test('are checked only after the secret, so that somebody who guesses learns nothing about them', async () => {
    const { exchange } = await open({ allowedAddresses: ['203.0.113.0/24'] });
    expect(await exchange()).toMatchObject(problem(403, 'address_not_allowed'));
    expect(await exchange('wrong')).toMatchObject(denied);
    const inside = await open({ allowedAddresses: ['192.0.2.0/24'] });
    expect(await inside.exchange()).toMatchObject({ status: 200 });
  });
});
