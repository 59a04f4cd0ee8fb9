import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { MailId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { MailKind, MailStatus, SuppressedFor } from '../domain/mail.ts';
import { UnsubscribeToken } from '../domain/unsubscribe.ts';

const operation = capability<UserErrors>({
  name: 'Mail',
  group: 'Workspace',
  description: 'See which mails were sent, and choose which ones to receive.',
});

export const listMails = operation({
  id: 'listMails',
  method: 'GET',
  path: '/v1/mails',
  summary: 'What became of the mails of the workspace, newest first',
  description:
    'Addresses are masked. Mails are forgotten after 30 days. An address gets few mails a day, over all workspaces; ' +
    'further ones are suppressed.',
  access: 'members:manage',
  request: { query: pageQuery({ status: MailStatus.optional() }) },
  response: pageOf(
    z
      .object({
        id: MailId,
        kind: MailKind,
        to: z.string().meta({ examples: ['a***@example.com'] }),
        status: MailStatus,
        suppressedFor: SuppressedFor.nullable().meta({ description: 'Why a suppressed mail is not sent' }),
        tries: z.int(),
        createdAt: Instant,
        updatedAt: Instant,
      })
      .meta({ id: 'MailView' }),
  ),
});

const NotificationPreferences = z
  .strictObject({
    invitation: z.boolean().meta({ description: 'Invitations to workspaces' }),
    export_ready: z.boolean().meta({ description: 'An export that you asked for is ready' }),
    reconnect_account: z.boolean().meta({ description: 'An X account has to be connected again' }),
  })
  .meta({ id: 'NotificationPreferences', description: 'Mails about the safety of an account always come' });

export const getNotifications = operation({
  id: 'getNotifications',
  method: 'GET',
  path: '/v1/me/notifications',
  summary: 'Which mails you get',
  access: 'signed-in',
  response: NotificationPreferences,
});

export const changeNotifications = operation({
  id: 'changeNotifications',
  method: 'PUT',
  path: '/v1/me/notifications',
  summary: 'Choose which mails you get',
  access: 'signed-in',
  request: { body: NotificationPreferences },
  response: NotificationPreferences,
});

export const unsubscribe = operation({
  id: 'unsubscribe',
  method: 'POST',
  path: '/v1/mail-preferences/unsubscribe',
  summary: 'Get no more mails of that kind, by the link of a mail',
  description: 'Mail programs call it by themselves (RFC 8058), with a form that says nothing more.',
  access: 'public',
  request: { query: z.strictObject({ token: UnsubscribeToken }) },
  response: z.object({ status: z.literal('unsubscribed'), kind: MailKind }),
  status: 200,
  ignoresBody: true,
  idempotency: 'inherent',
  errors: { invalid: ['invalid_unsubscribe_token'] },
});

export const operations = [listMails, getNotifications, changeNotifications, unsubscribe] as const;
