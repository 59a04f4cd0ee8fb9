import { expect, test } from 'vitest';
import { renderMail } from '#functions/users/mail/render.ts';
import * as members from '#functions/users/team/member-contract.ts';
import { deleteWorkspace, restoreWorkspace } from '#functions/users/workspaces/contract.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const scheduled = 'workspace.deletion_scheduled';

/** Ada's workspace with a second owner and an admin, whose deletion she has just requested. */
const condemned = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const second = await scene.member('bea', 'owner');
  await scene.member('carl', 'admin');
  await users.call(deleteWorkspace, { as: owner, body: { name: ada.workspaceName } });
  const mailed = () =>
    ['ada', 'bea', 'carl'].flatMap((name) =>
      users.mailsTo(`${name}@example.com`).flatMap((mail) => (mail.kind === 'workspace_deletion' ? [mail] : [])),
    );
  return { ...scene, second, mailed };
};

test('owners are mailed who deletes their workspace, when, and how to restore it', async () => {
  const { users, owner, mailed } = await condemned();
  await users.hear(scheduled);
  expect(mailed().map(({ to }) => to)).toEqual([ada.email, 'bea@example.com']);
  const [mail] = mailed();
  expect(mail?.workspaceId).toBe(owner.workspaceId);
  const { subject, text } = renderMail(
    { kind: 'workspace_deletion', data: mail?.data ?? {} },
    { publicUrl: 'https://pages.example', token: 't' },
  );
  expect(subject).toBe(`${ada.workspaceName} will be deleted`);
  expect(text).toContain('It will be deleted on 2026-12-06 09:00 UTC.');
  expect(text).toContain('The audit trail is kept for its retention period;');
  expect(text).toContain(`Requested by: ${ada.name}`);
  expect(text).toMatch(/Restore with: API request POST https:\S+\/v1\/workspace\/restore\n/);
});

test('a disabled owner gets no mail about the deletion', async () => {
  const { users, owner, second, call, mailed } = await condemned();
  expect((await call(members.disableMember, owner, second.personId)).status).toBe(200);
  await users.hear(scheduled);
  expect(mailed().map(({ to }) => to)).toEqual([ada.email]);
});

test('no mail is sent about a deletion that was cancelled meanwhile', async () => {
  const { users, owner, mailed } = await condemned();
  await users.call(restoreWorkspace, { as: owner });
  await users.hear(scheduled);
  expect(mailed()).toEqual([]);
});
