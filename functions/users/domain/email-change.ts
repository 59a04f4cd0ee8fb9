import * as z from 'zod';
import { personal } from '#shared/privacy/personal-data.ts';
import { codeDigest } from './mailed-code.ts';
import { MailAddress } from './person.ts';

/** A new email address waiting for the codes from both mailboxes. */
export const EmailChange = z.object({
  email: personal(MailAddress, { why: 'to confirm a new address', keptFor: 'an hour' }),
  newDigest: z.string(),
  oldDigest: z.string(),
  /** The person's `signInRound` when the change was requested; once all their sign-ins end, the change is void. */
  signInRound: z.int(),
});
export type EmailChange = z.infer<typeof EmailChange>;

/** How long the codes are valid (one hour), and how many attempts there are. */
export const changeSeconds = 60 * 60;
export const maxAttempts = 5;

/** Whether both codes belong to the change. */
export const areItsCodes = (change: EmailChange, subject: string, newCode: string, oldCode: string): boolean =>
  change.newDigest === codeDigest(subject, newCode) && change.oldDigest === codeDigest(subject, oldCode);
