import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';
import { MailId } from '../../../shared/ids.ts';
import { personal } from '../../../shared/personal-data.ts';
import { Instant } from '../../../shared/time.ts';
import { MailAddress } from './person.ts';

/** What the platform writes to people about. Codes of a sign-up come from the user pool itself. */
export const MailKind = z.enum([
  'invitation',
  'email_change',
  'sign_in_changed',
  'security_alert',
  'export_ready',
  'workspace_deletion',
]);
export type MailKind = z.infer<typeof MailKind>;

/** `suppressed`: whoever it was for wants no mails of that kind. */
export const MailStatus = z.enum(['waiting', 'sent', 'failed', 'suppressed']);
export type MailStatus = z.infer<typeof MailStatus>;

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
  /** The tries so far: how many, since when the last one runs, and what the link to unsubscribe holds. */
  sending: z.object({ tries: z.int(), since: Instant, unsubscribeSecret: z.string() }).optional(),
  /** Unix seconds after which it is forgotten. */
  ttl: z.int(),
});
export type Mail = z.infer<typeof Mail>;
