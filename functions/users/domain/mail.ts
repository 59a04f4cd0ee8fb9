import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { MailId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';
import { MailAddress } from './person.ts';

/** What the platform writes to people about. `email_proof` goes to the new address, `email_change` to the old one. */
export const MailKind = z.enum([
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
]);
export type MailKind = z.infer<typeof MailKind>;

/** `suppressed`: it is not sent, for the reason beside it. */
export const MailStatus = z.enum(['waiting', 'sent', 'failed', 'suppressed']);
export type MailStatus = z.infer<typeof MailStatus>;

/** `unsubscribed`: the recipient wants no mails of that kind; `recipient_limit`: they had enough mails for now. */
export const SuppressedFor = z.enum(['unsubscribed', 'recipient_limit']);

/** A mail that waits to be sent, or was: its address and words are personal data and leave by mail alone. */
export const Mail = z.object({
  id: MailId,
  ...entityFields,
  to: personal(MailAddress, { why: 'to send the mail', keptFor: '30 days', hasCommonName: true }),
  kind: MailKind,
  /** What the template of its kind fills in; emptied when the mail was sent or given up. */
  data: personal(z.record(z.string(), z.string()), {
    why: 'what the mail says',
    keptFor: 'until the mail was sent or given up',
    hasCommonName: true,
  }),
  status: MailStatus,
  suppressedFor: SuppressedFor.nullable().default(null),
  /** The tries so far: how many, since when the last one runs, and what the link to unsubscribe holds. */
  sending: z.object({ tries: z.int(), since: Instant, unsubscribeSecret: z.string() }).optional(),
  /** Unix seconds after which it is forgotten. */
  ttl: z.int(),
});
export type Mail = z.infer<typeof Mail>;
