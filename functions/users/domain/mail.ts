import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { MailId, PersonId, ReportId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';
import { MailAddress } from './person.ts';

/** Kinds of emails. `email_proof` goes to the new address, `email_change` to the old one. */
export const MailKind = z
  .enum([
    'sign_up',
    'account_exists',
    'password_reset',
    'invitation',
    'email_proof',
    'email_change',
    'sign_in_changed',
    'security_alert',
    'export_ready',
    'workspace_deletion',
    'reconnect_account',
    'performance_alert',
    'report_ready',
    'webhook_failing',
    'automation',
    'automation_loop',
    'automation_failed',
    'automation_off',
  ])
  .meta({
    description:
      '`sign_up`: code to confirm a sign-up; `account_exists`: sign-up with an address that has an account; ' +
      '`password_reset`: code to reset the password; `invitation`: to a workspace; `email_proof`, `email_change`: codes to ' +
      'the new and the current address; `sign_in_changed`: credentials changed; `security_alert`: security event; ' +
      '`export_ready`: export can be downloaded; `workspace_deletion`: deletion scheduled; `reconnect_account`: X account ' +
      'must be reconnected; `performance_alert`: alert about metrics that the recipient set up; ' +
      '`report_ready`: scheduled report on performance can be downloaded; `webhook_failing`: a webhook is ' +
      'failing or was disabled for that reason; `automation`: message from an automation of the workspace; ' +
      '`automation_loop`: automations that triggered each other were stopped; `automation_failed`: a run of an ' +
      'automation failed; `automation_off`: an automation was switched off because nobody is responsible for it any more',
  });
export type MailKind = z.infer<typeof MailKind>;

/** `suppressed`: not sent, for the reason in `suppressedFor`. */
export const MailStatus = z.enum(['waiting', 'sent', 'failed', 'suppressed']).meta({
  description:
    '`waiting`: to be sent; `sent`: handed to the mail service; `failed`: given up; `suppressed`: deliberately not sent',
});
export type MailStatus = z.infer<typeof MailStatus>;

/** Why an email is deliberately not sent. */
export const SuppressedFor = z.enum(['unsubscribed', 'recipient_limit', 'too_late']).meta({
  description:
    '`unsubscribed`: the recipient opted out of this kind; `recipient_limit`: the recipient has reached their email ' +
    'limit; `too_late`: its automation may have been switched off before it could be sent',
});

/** A secret link to a report, emailed to one recipient. */
const LinkedReport = z.object({ reportId: ReportId, personId: PersonId, tokenHash: z.string(), expiresAt: Instant });

/** An email, waiting or sent. Its address and content are personal data and leave the platform only by email. */
export const Mail = z.object({
  id: MailId,
  ...entityFields,
  to: personal(MailAddress, { why: 'to send the email', keptFor: '30 days', hasCommonName: true }),
  kind: MailKind,
  /** Values for the template; emptied once the email is sent or given up. */
  data: personal(z.record(z.string(), z.string()), {
    why: 'to write the email',
    keptFor: 'until the email is sent or given up',
    hasCommonName: true,
  }),
  /** The report that a secret link in the email opens, and the digest of the link's token. */
  opens: LinkedReport.optional(),
  status: MailStatus,
  suppressedFor: SuppressedFor.nullable().default(null),
  /** Attempts so far: their number, the start of the last one, and the secret of the unsubscribe link. */
  sending: z.object({ tries: z.int(), since: Instant, unsubscribeSecret: z.string() }).optional(),
  /** Time after which it is not sent (UTC), because the automation that wrote it may have been switched off since. */
  notAfter: Instant.optional(),
  /** Unix seconds after which it is deleted. */
  ttl: z.int(),
});
export type Mail = z.infer<typeof Mail>;
