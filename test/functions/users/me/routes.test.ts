import { expect, test } from 'vitest';
import { getMe } from '#functions/users/me/contract.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

test('tells person, workspace, role and memberships', async () => {
  const users = harness();
  const as = await users.ada();
  expect(await users.call(getMe, { as })).toEqual({
    status: 200,
    body: {
      person: { id: as.personId, name: ada.name, email: ada.email, hasMfa: false },
      workspace: { id: as.workspaceId, name: ada.workspaceName },
      role: 'owner',
      memberships: [{ workspaceId: as.workspaceId, role: 'owner' }],
    },
  });
});

test('refuses somebody who was removed within the life of their token', async () => {
  const users = harness();
  const as = await users.ada();
  await users.removeMember(as);
  expect(await users.call(getMe, { as })).toMatchObject({ status: 403, body: { code: 'not_a_member' } });
});

test('a query is refused', async () => {
  expect(await harness().call(getMe, { as: owner, query: { id: '1' } })).toMatchObject({ status: 400 });
});
