import * as z from 'zod';
import { entityFields } from '../../../shared/entity.ts';
import { MailId } from '../../../shared/ids.ts';
import { MailAddress } from './person.ts';

/** What the platform writes to people about. Codes of a sign-up come from the user pool itself. */
export const MailKind = z.enum(['invitation', 'email_change', 'security_alert', 'export_ready', 'workspace_deletion']);
export type MailKind = z.infer<typeof MailKind>;

/** A mail that waits to be sent, or was: its address and words are personal data and leave by mail alone. */
export const Mail = z.object({
  id: MailId,
  ...entityFields,
  to: MailAddress,
  kind: MailKind,
  /** What the template of its kind fills in. */
  data: z.record(z.string(), z.string()),
  status: z.enum(['waiting', 'sent', 'failed']),
  /** Unix seconds after which it is forgotten. */
  ttl: z.int(),
});
export type Mail = z.infer<typeof Mail>;
