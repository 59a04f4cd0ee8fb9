import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { MailId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant } from '#shared/time.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { MailKind, MailStatus, SuppressedFor } from '../domain/mail.ts';
import { mostScheduledReports } from '../domain/mail-allowance.ts';
import { UnsubscribeToken } from '../domain/unsubscribe.ts';

const operation = capability<UserErrors>({
  name: 'Mail',
  group: 'Workspace',
  description: 'See which emails were sent, and choose which ones to receive.',
});

export const listMails = operation({
  id: 'listMails',
  method: 'GET',
  path: '/v1/mails',
  summary: 'List the emails of the workspace, newest first',
  description:
    'Addresses are masked. Entries are deleted after 30 days. Emails are limited per address and kind within 24 hours: ' +
    'invitations, codes and notices about the account across all workspaces; the others per workspace, such as ' +
    `${mostScheduledReports} scheduled reports. Further ones are suppressed; alerts, and ` +
    'emails about automations that failed or were stopped, are then not listed.',
  access: 'members:manage',
  request: { query: pageQuery({ status: MailStatus.optional() }) },
  response: pageOf(
    z
      .object({
        id: MailId,
        kind: MailKind,
        to: z.string().meta({ description: 'Recipient, masked', examples: ['a***@example.com'] }),
        status: MailStatus,
        suppressedFor: SuppressedFor.nullable().meta({
          description: 'Why the email was suppressed; null: not suppressed',
        }),
        tries: z.int().meta({ description: 'Attempts to send it so far' }),
        createdAt: Instant,
        updatedAt: Instant,
      })
      .meta({ id: 'MailView' }),
  ),
});

const NotificationPreferences = z
  .strictObject({
    invitation: z.boolean().meta({ description: 'Invitations to workspaces' }),
    export_ready: z.boolean().meta({ description: 'An export that you requested is ready' }),
    reconnect_account: z.boolean().meta({ description: 'An X account must be reconnected' }),
    performance_alert: z.boolean().default(true).meta({ description: 'Alerts about metrics that you set up' }),
    report_ready: z.boolean().default(true).meta({ description: 'A scheduled report is ready' }),
    webhook_failing: z
      .boolean()
      .default(true)
      .meta({ description: 'A webhook of a workspace that you own is failing' }),
    automation: z.boolean().default(true).meta({ description: 'Messages that automations send (`notify` steps)' }),
  })
  .meta({
    id: 'NotificationPreferences',
    description:
      'Which emails you receive. All other kinds are always sent: about your sign-in, security, the deletion of a ' +
      'workspace, and automations that failed, were switched off or triggered each other',
  });

export const getNotifications = operation({
  id: 'getNotifications',
  method: 'GET',
  path: '/v1/me/notifications',
  summary: 'Get your email preferences',
  access: 'signed-in',
  response: NotificationPreferences,
});

export const changeNotifications = operation({
  id: 'changeNotifications',
  method: 'PUT',
  path: '/v1/me/notifications',
  summary: 'Set your email preferences',
  description: 'They apply to your address in all workspaces.',
  access: 'signed-in',
  request: { body: NotificationPreferences },
  response: NotificationPreferences,
});

export const unsubscribe = operation({
  id: 'unsubscribe',
  method: 'POST',
  path: '/v1/mail-preferences/unsubscribe',
  summary: 'Unsubscribe from one kind of email',
  description:
    'For the unsubscribe link in emails. Email clients call it directly (one-click, RFC 8058); the body is ignored.',
  access: 'public',
  request: { query: z.strictObject({ token: UnsubscribeToken }) },
  response: z.object({ status: z.literal('unsubscribed'), kind: MailKind }),
  status: 200,
  ignoresBody: true,
  idempotency: 'inherent',
  errors: { invalid: ['invalid_unsubscribe_token'] },
});

export const operations = [listMails, getNotifications, changeNotifications, unsubscribe] as const;
