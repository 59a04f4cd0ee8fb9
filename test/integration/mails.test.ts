import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import type { Mail, MailKind } from '#functions/users/domain/mail.ts';
import { type MailStore, mailStore } from '#functions/users/store/mails.ts';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { systemAuthor } from '#shared/actor.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
const stranger = new Marketer(stage, 'stranger');
let mails: MailStore;
let workspaceId = '';
beforeAll(async () => {
  mails = mailStore(await tableOf('users'));
  await Promise.all([maya.join(), stranger.join()]);
  ({ workspaceId } = await whereIs(maya));
});

const queue = (kind: MailKind, data: Record<string, string>, to = maya.email, isAllowed?: boolean) =>
  mails.queue({ workspaceId, to, kind, data }, systemAuthor('users', { correlationId: 'request-1' }), isAllowed);
const becomes = (mail: Mail, status: string) =>
  eventually(`the mail ${status}`, async () => {
    const standing = await mails.find(workspaceId, mail.id);
    return standing?.status === status ? standing : undefined;
  });
const Mails = z.object({ items: z.array(z.looseObject({ id: z.string(), to: z.string(), status: z.string() })) });

test('a queued mail is sent once as text and HTML, and is listed as sent only in its own workspace', async () => {
  const mail = await queue('security_alert', { what: 'A sign-in from a new device' });
  expect(await becomes(mail, 'sent')).toMatchObject({ sending: { tries: 1 } });
  const box = (await boxOf(maya.email)).filter(({ Subject }) => Subject.startsWith('Security'));
  expect(box).toHaveLength(1);
  expect(box[0]).toMatchObject({ Subject: 'Security alert: A sign-in from a new device' });
  expect(box[0]?.BodyText).toContain('because you are an owner or admin of the workspace');
  expect(box[0]?.BodyHtml).toContain('<h1');

  const { items } = await maya.do(Mails, 'GET', '/v1/mails?status=sent');
  const to = 'm***@example.com';
  expect(items).toMatchObject([
    { id: mail.id, to, status: 'sent' },
    { kind: 'sign_up', to, status: 'sent' },
  ]);
  expect((await stranger.do(Mails, 'GET', '/v1/mails')).items).toMatchObject([{ kind: 'sign_up' }]);
});

test('the unsubscribe link of a mail suppresses further mails of its kind, but not security mails', async () => {
  const to = `guest.${stranger.email}`;
  await becomes(await queue('invitation', { workspaceName: 'Acme Coffee', role: 'editor' }, to), 'sent');
  const [invitation] = await boxOf(to);
  expect(invitation?.Subject).toBe('You are invited to join Acme Coffee');
  const token = /\/unsubscribe#(\S+)/.exec(invitation?.BodyText ?? '')?.[1] ?? '';
  expect((await fetch(`${stage.apiUrl}/unsubscribe`)).headers.get('content-type')).toContain('text/html');

  const path = `/v1/mail-preferences/unsubscribe?token=${token}`;
  const forged = await send('POST', path.slice(0, -3));
  expectProblem(forged, 400, 'invalid_query');
  expectProblem(await send('POST', `${path.slice(0, -3)}xyz`), 400, 'invalid_unsubscribe_token');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await send('POST', path, { headers, body: 'List-Unsubscribe=One-Click' });
  expect(answer).toMatchObject({ status: 200, body: { status: 'unsubscribed', kind: 'invitation' } });

  const unwanted = await queue('invitation', { workspaceName: 'Acme Coffee' }, to);
  expect(await becomes(unwanted, 'suppressed')).toMatchObject({ suppressedFor: 'unsubscribed' });
  const again = await queue('invitation', { workspaceName: 'Acme Coffee' }, to);
  expect(again).toMatchObject({ status: 'suppressed', suppressedFor: 'recipient_limit', data: {} });
  await becomes(await queue('workspace_deletion', { workspaceName: 'Acme Coffee' }, to), 'sent');
  expect((await boxOf(to)).map(({ Subject }) => Subject)).toEqual([
    'You are invited to join Acme Coffee',
    'Acme Coffee will be deleted',
  ]);
});

test('a person chooses which kinds of mail to receive, and the others are suppressed', async () => {
  const path = '/v1/me/notifications';
  const Preferences = z.strictObject({
    invitation: z.boolean(),
    export_ready: z.boolean(),
    reconnect_account: z.boolean(),
    performance_alert: z.boolean(),
    report_ready: z.boolean(),
    webhook_failing: z.boolean(),
    automation: z.boolean(),
  });
  const some = {
    invitation: true,
    export_ready: false,
    reconnect_account: true,
    performance_alert: true,
    report_ready: true,
    webhook_failing: true,
    automation: true,
  };
  expect(await maya.do(Preferences, 'GET', path)).toEqual({
    invitation: true,
    export_ready: true,
    reconnect_account: true,
    performance_alert: true,
    report_ready: true,
    webhook_failing: true,
    automation: true,
  });
  expect(await maya.do(Preferences, 'PUT', path, some)).toEqual(some);
  expect(await maya.do(Preferences, 'GET', path)).toEqual(some);
  expect(await stranger.do(Preferences, 'GET', path)).toEqual({
    invitation: true,
    export_ready: true,
    reconnect_account: true,
    performance_alert: true,
    report_ready: true,
    webhook_failing: true,
    automation: true,
  });
  await becomes(await queue('export_ready', { link: 'https://example.com/export' }), 'suppressed');
});
