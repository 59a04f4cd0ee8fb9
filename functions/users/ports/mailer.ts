import type { MailPreferenceStore } from '../store/mail-preferences.ts';
import type { MailSender } from './ses.ts';

/** Dependencies of sending emails. */
export interface Mailing {
  sender: MailSender;
  preferences: MailPreferenceStore;
  /** Base URL of the platform's pages, without a trailing slash. */
  publicUrl: string;
  /** Counts an email that was given up, for an alarm. */
  countFailed: () => void;
}
