import { expect, test } from 'vitest';
import * as z from 'zod';
import * as accounts from '#functions/accounts/contract.ts';
import { requestComplianceReport } from '#functions/users/compliance/contract.ts';
import * as users from '#functions/users/contract.ts';
import { giveUpPersonExport } from '#functions/users/privacy/export-archive.ts';
import { exportMe } from '#functions/users/privacy/export-contract.ts';
import { createServiceAccount, revokeServiceAccount } from '#functions/users/service-accounts/contract.ts';
import { createWorkspace } from '#functions/users/workspaces/contract.ts';
import { systemAuthor } from '#shared/actor.ts';
import { team } from './team-harness.ts';

const refused = { status: 429, body: { code: 'daily_limit' } };

test('a workspace gets ten compliance reports a day, of which one person gets four, whatever other workspaces request', async () => {
  const { users: drive, owner, stranger, member } = await team();
  const admins = [await member('bob', 'admin'), await member('carol', 'admin')];
  const body = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };
  const ask = (as = owner) => drive.call(requestComplianceReport, { as, body });
  for (let each = 0; each < 4; each += 1) expect((await ask(admins[0])).status).toBe(202);
  expect(await ask(admins[0])).toMatchObject(refused);
  // What one person has used up does not limit the owner.
  for (let each = 0; each < 4; each += 1) expect((await ask()).status).toBe(202);
  for (let each = 0; each < 2; each += 1) expect((await ask(admins[1])).status).toBe(202);
  expect(await ask(admins[1])).toMatchObject(refused);
  expect((await ask(await stranger('eve'))).status).toBe(202);
  // A malformed request costs nothing.
  drive.clock.pass(24 * 60 * 60 * 1000);
  const reversed = { from: body.to, to: body.from };
  for (let each = 0; each < 20; each += 1) {
    await drive.call(requestComplianceReport, { as: owner, body: reversed });
  }
  expect((await ask()).status).toBe(202);
});

test('an export of personal data that fails each time can be requested three times a day', async () => {
  const { users: drive, owner } = await team();
  for (let each = 0; each < 3; each += 1) {
    const { body } = await drive.call(exportMe, { as: owner });
    const { id: exportId } = z.object({ id: z.string() }).parse(body);
    await giveUpPersonExport(
      drive.deps,
      { ...owner, exportId },
      systemAuthor('users', { correlationId: 'execution-1' }),
    );
  }
  expect(await drive.call(exportMe, { as: owner })).toMatchObject(refused);
});

test('one person creates at most fifty service accounts a day, even when they are revoked again', async () => {
  const { users: drive, owner } = await team();
  const make = () => drive.call(createServiceAccount, { as: owner, body: { name: 'M', role: 'editor' } });
  for (let each = 0; each < 50; each += 1) {
    const { clientId } = z.object({ clientId: z.string() }).parse((await make()).body);
    const path = { serviceAccountId: clientId };
    expect((await drive.call(revokeServiceAccount, { as: owner, path })).status).toBe(204);
  }
  expect(await make()).toMatchObject(refused);
});

test('no request to users or accounts exceeds 64 KB, so that its item stays below DynamoDB’s 400 KB', () => {
  // Of what X delivers, only ids are kept.
  const stored = [...users.operations, ...accounts.operations].filter(({ id }) => id !== 'receiveXActivity');
  for (const { id, maxBodyBytes } of stored) {
    expect(maxBodyBytes, id).toBeLessThanOrEqual(64 * 1024);
  }
});

test('concurrent requests for an export of personal data return the same export', async () => {
  const { users: drive, owner } = await team();
  const answers = await Promise.all([1, 2].map(() => drive.call(exportMe, { as: owner })));
  expect(answers.map(({ status }) => status)).toEqual([202, 202]);
  const ids = answers.map(({ body }) => z.object({ id: z.string() }).parse(body).id);
  expect(new Set(ids).size).toBe(1);
});

test('concurrent requests do not exceed the limits on service accounts and on workspaces of a person', async () => {
  let isHeld = false;
  const held: (() => void)[] = [];
  // Each has read the count before the first of them writes.
  const {
    users: drive,
    owner,
    member,
  } = await team(async () => {
    if (isHeld) await new Promise<void>((go) => held.push(go));
  });
  const asked = [owner, await member('bob', 'admin'), await member('carol', 'admin')];
  const atOnce = async (ask: (each: number) => Promise<{ status: number }>, most: number) => {
    isHeld = true;
    const asks = Promise.all(Array.from({ length: most }, (_, each) => ask(each)));
    for (let round = 0; round < 1_000; round += 1) {
      await new Promise(setImmediate);
      if (round === 50) isHeld = false;
      if (round >= 50) for (const go of held.splice(0)) go();
    }
    return (await asks).filter(({ status }) => status === 201).length;
  };
  const machine = { name: 'M', role: 'editor' };
  const make = (each: number) => drive.call(createServiceAccount, { as: asked[each % 3] ?? owner, body: machine });
  expect(await atOnce(make, 90)).toBe(50);
  const open = (each: number) => drive.call(createWorkspace, { as: owner, body: { name: `Client ${each}` } });
  expect(await atOnce(open, 79)).toBe(50);
  const mine = await drive.deps.people.membershipsOf(owner.personId);
  // The workspace of the sign-up is not counted.
  expect(mine).toHaveLength(51);
});

test('leaving a workspace that one created, or revoking a service account, frees its place', async () => {
  const { users: drive, owner } = await team();
  const counted = (what: string) => [...drive.deps.items.values()].find(({ sk }) => sk === `COUNT#${what}`)?.counted;
  const { body } = await drive.call(createWorkspace, { as: owner, body: { name: 'Client' } });
  const { workspaceId } = z.object({ workspaceId: z.string() }).parse(body);
  expect(counted('OWN_WORKSPACES')).toBe(1);
  const member = await drive.deps.members.get(workspaceId, owner.personId);
  await drive.deps.members.erase(member, systemAuthor('users', { correlationId: 'execution-1' }));
  expect(counted('OWN_WORKSPACES')).toBe(0);
  const { clientId } = z
    .object({ clientId: z.string() })
    .parse((await drive.call(createServiceAccount, { as: owner, body: { name: 'M', role: 'editor' } })).body);
  expect(counted('SERVICE_ACCOUNTS')).toBe(1);
  await drive.call(revokeServiceAccount, { as: owner, path: { serviceAccountId: clientId } });
  expect(counted('SERVICE_ACCOUNTS')).toBe(0);
});
