import { expect, test } from 'vitest';
import * as z from 'zod';
import * as accounts from '../../../functions/accounts/contract.ts';
import * as users from '../../../functions/users/contract.ts';
import { requestComplianceReport } from '../../../functions/users/contract/compliance-reports.ts';
import { exportMe } from '../../../functions/users/contract/person-exports.ts';
import { createServiceAccount, revokeServiceAccount } from '../../../functions/users/contract/service-accounts.ts';
import { giveUpPersonExport } from '../../../functions/users/exporting-person.ts';
import { systemAuthor } from '../../../shared/actor.ts';
import { team } from './team.ts';

const refused = { status: 429, body: { code: 'daily_limit' } };

test('a workspace has ten compliance reports a day; another workspace has its own', async () => {
  const { users: drive, owner, stranger } = await team();
  const body = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };
  const ask = (as = owner) => drive.call(requestComplianceReport, { as, body });
  for (let each = 0; each < 10; each += 1) expect((await ask()).status).toBe(202);
  expect(await ask()).toMatchObject(refused);
  expect((await ask(await stranger('eve'))).status).toBe(202);
  // What was malformed has cost nothing.
  drive.clock.pass(24 * 60 * 60 * 1000);
  const reversed = { from: body.to, to: body.from };
  for (let each = 0; each < 20; each += 1) {
    await drive.call(requestComplianceReport, { as: owner, body: reversed });
  }
  expect((await ask()).status).toBe(202);
});

test('an archive that comes to nothing again and again is asked for three times a day', async () => {
  const { users: drive, owner } = await team();
  for (let each = 0; each < 3; each += 1) {
    const { body } = await drive.call(exportMe, { as: owner });
    const { id: exportId } = z.object({ id: z.string() }).parse(body);
    await giveUpPersonExport(drive.memory, { ...owner, exportId }, systemAuthor('users', 'execution-1'));
  }
  expect(await drive.call(exportMe, { as: owner })).toMatchObject(refused);
});

test('service accounts that are made and revoked again leave no more than a hundred rows a day', async () => {
  const { users: drive, owner } = await team();
  const make = () => drive.call(createServiceAccount, { as: owner, body: { name: 'M', role: 'editor' } });
  for (let each = 0; each < 100; each += 1) {
    const { clientId } = z.object({ clientId: z.string() }).parse((await make()).body);
    const path = { serviceAccountId: clientId };
    expect((await drive.call(revokeServiceAccount, { as: owner, path })).status).toBe(204);
  }
  expect(await make()).toMatchObject(refused);
});

test('no request to users or accounts holds so much that an item of it passes DynamoDB’s 400 KB', () => {
  for (const { id, maxBodyBytes } of [...users.operations, ...accounts.operations]) {
    expect(maxBodyBytes, id).toBeLessThanOrEqual(64 * 1024);
  }
});
