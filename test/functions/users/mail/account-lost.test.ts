import { expect, test, vi } from 'vitest';
import { AccountConnected } from '#events/accounts.ts';
import { AccountPostsWaiting } from '#events/posts.ts';
import * as mails from '#functions/users/mail/contract.ts';
import { renderMail } from '#functions/users/mail/render.ts';
import { sendMail } from '#functions/users/mail/send.ts';
import * as members from '#functions/users/team/member-contract.ts';
import { changeWorkspace } from '#functions/users/workspaces/current-workspace-contract.ts';
import type { EventDefinition } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import { ada } from '../harness.ts';
import { team } from '../team-harness.ts';

const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const lostAt = '2026-11-22T09:00:00.000Z';
const firstDueAt = '2026-11-22T23:30:00.000Z';

/** Ada's workspace with an admin and an editor, which receives events of other contexts. */
const office = async () => {
  const scene = await team();
  const { users, owner } = scene;
  const admin = await scene.member('bea', 'admin');
  const editor = await scene.member('eve', 'editor');
  const tell = async ({ source, type }: EventDefinition, entityVersion: number, data: object, by: object = {}) => {
    const detail = {
      id: 'evt_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      schemaVersion: 1,
      workspaceId: owner.workspaceId,
      entityId: accountId,
      entityVersion,
      occurredAt: '2026-11-21T09:00:00.000Z',
      actor: { type: 'system', id: 'accounts' },
      correlationId: 'request-7',
      data,
      ...by,
    };
    const body = JSON.stringify({ source, 'detail-type': type, detail });
    expect(await users.wake({ Records: [{ messageId: '1', eventSource: 'aws:sqs', body }] })).toEqual({
      batchItemFailures: [],
    });
  };
  const capabilities = { maxWeightedLength: 280 };
  return {
    ...scene,
    admin,
    editor,
    connected: (version: number, personId: string, occurredAt = '2026-11-21T09:00:00.000Z') =>
      tell(
        AccountConnected,
        version,
        { xUserId: '1', username: 'acme_coffee', capabilities },
        { actor: { type: 'person', id: personId }, occurredAt },
      ),
    lost: (version = 1, data: object = {}) =>
      tell(AccountPostsWaiting, version, { lostAt, waiting: 3, firstDueAt, ...data }),
    /** The mails about accounts so far. */
    mailed: () =>
      ['ada', 'bea', 'eve'].flatMap((name) =>
        users.mailsTo(`${name}@example.com`).flatMap((mail) => (mail.kind === 'reconnect_account' ? [mail] : [])),
      ),
  };
};

test('owners, admins and whoever connected a lost account get one mail each', async () => {
  const { editor, connected, lost, mailed, users, owner } = await office();
  await connected(1, editor.personId);
  await lost();
  await lost();
  expect(mailed().map(({ to }) => to)).toEqual([ada.email, 'bea@example.com', 'eve@example.com']);
  expect(mailed()[0]).toMatchObject({
    workspaceId: owner.workspaceId,
    data: { account: '@acme_coffee', waiting: '3 posts are waiting', firstDueAt: '2026-11-22 23:30 UTC' },
  });
  // No event contains names or addresses.
  const said = JSON.stringify(users.events().map((event) => busEntry(event, 'record', 0)));
  expect(said).not.toMatch(/acme_coffee|@example\.com/);
  await lost(2);
  expect(mailed()).toHaveLength(6);
});

test('disabled members get no mail about a lost account', async () => {
  const { admin, editor, connected, lost, mailed, call, owner } = await office();
  await connected(1, editor.personId);
  for (const { personId } of [admin, editor]) await call(members.disableMember, owner, personId);
  await lost();
  expect(mailed().map(({ to }) => to)).toEqual([ada.email]);
});

test('an owner who connected the account gets one mail, and an editor who did not gets none', async () => {
  const { owner, connected, lost, mailed } = await office();
  await connected(1, owner.personId);
  await lost();
  expect(mailed().map(({ to }) => to)).toEqual([ada.email, 'bea@example.com']);
});

test('no mail is sent about an account that was connected again meanwhile', async () => {
  const { owner, connected, lost, mailed } = await office();
  await connected(5, owner.personId, '2026-11-22T09:00:01.000Z');
  await connected(1, owner.personId);
  await lost();
  expect(mailed()).toEqual([]);
});

test('a mail that could not be queued is queued when the event is delivered again', async () => {
  const { users, lost, mailed } = await office();
  vi.spyOn(users.deps.mails, 'queue').mockRejectedValueOnce(new Error('the table is gone'));
  await expect(lost()).rejects.toThrow();
  await lost();
  expect(mailed()).toHaveLength(2);
});

test('an owner who switched these mails off gets none', async () => {
  const { users, owner, lost } = await office();
  const body = { invitation: true, export_ready: true, reconnect_account: false };
  expect(await users.call(mails.changeNotifications, { as: owner, body })).toMatchObject({ status: 200 });
  await lost();
  const { items } = await users.deps.mails.list(owner.workspaceId, 'waiting', { limit: 50, scope: {} });
  for (const { workspaceId, id: entityId } of items) {
    await sendMail(users.deps, { workspaceId, entityId, correlationId: 'request-8' });
  }
  const sent = users.deps.mailing.letters.filter(({ subject }) => subject.startsWith('Reconnect '));
  expect(sent.map(({ to }) => to)).toEqual(['bea@example.com']);
});

test('the mail names the account, the reason, the number of waiting posts, when they are due and what to do', async () => {
  const { users, owner, connected, lost, mailed } = await office();
  await connected(1, owner.personId);
  const headers = { 'if-match': '*' };
  const body = { timeZone: 'Europe/Berlin' };
  expect(await users.call(changeWorkspace, { as: owner, body, headers })).toMatchObject({
    status: 200,
  });
  await lost();
  const [mail] = mailed();
  if (!mail) throw new Error('no mail');
  const { subject, text } = renderMail(
    { kind: 'reconnect_account', data: mail.data },
    { publicUrl: 'https://pages.example', token: 't' },
  );
  expect(subject).toBe('Reconnect @acme_coffee: 3 posts are waiting');
  expect(text).toContain('X no longer accepts the connection to @acme_coffee');
  expect(text).toContain('3 posts are waiting (held, or due within the next seven days)');
  expect(text).toContain('Earliest due time: 2026-11-22 23:30 UTC (2026-11-23 00:30 Europe/Berlin).');
  expect(text).toContain('Connection lost: 2026-11-22 09:00 UTC (10:00 Europe/Berlin)');
  expect(text).toContain(`Workspace: ${ada.workspaceName}`);
  expect(text).toContain(
    `reconnect it (API request POST ${users.deps.mailing.publicUrl}/v1/accounts/connections/start): they sign in to X as ` +
      '@acme_coffee and grant this platform access.',
  );
});

test.each([
  [{ waiting: 0, firstDueAt: null }, 'Reconnect @acme_coffee', undefined],
  [{ waiting: 1 }, 'Reconnect @acme_coffee: 1 post is waiting', '1 post is waiting'],
])('for %j the mail states how many posts are waiting, if any', async (data, expected, said) => {
  const { owner, connected, lost, mailed } = await office();
  await connected(1, owner.personId);
  await lost(1, data);
  const rendered = renderMail(
    { kind: 'reconnect_account', data: mailed()[0]?.data ?? {} },
    { publicUrl: 'https://pages.example', token: 't' },
  );
  expect(rendered.subject).toBe(expected);
  if (said === undefined) expect(rendered.text).not.toMatch(/wait|due/);
  else expect(rendered.text).toContain(said);
});

test('an account whose connection was never received is named by its id', async () => {
  const { lost, mailed } = await office();
  await lost();
  await lost();
  expect(mailed()).toHaveLength(2);
  expect(mailed()[0]?.data.account).toBe(`the account ${accountId}`);
});
