import { expect, test } from 'vitest';
import { getMe } from '#functions/users/me/contract.ts';
import { owner } from '#test/support/http-event.ts';
import { ada, harness } from '../harness.ts';

test('getMe returns the person, workspace, role and memberships', async () => {
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

test('getMe is refused with not_a_member when the person was removed while their token is valid', async () => {
  const users = harness();
  const as = await users.ada();
  await users.removeMember(as);
  expect(await users.call(getMe, { as })).toMatchObject({ status: 403, body: { code: 'not_a_member' } });
});

test('getMe is refused with a query', async () => {
  expect(await harness().call(getMe, { as: owner, query: { id: '1' } })).toMatchObject({ status: 400 });
});
