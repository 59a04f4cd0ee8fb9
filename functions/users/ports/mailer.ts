import type { MailPreferenceStore } from '../store/mail-preferences.ts';
import type { MailSender } from './ses.ts';

/** The dependencies of sending mails. */
export interface Mailing {
  sender: MailSender;
  preferences: MailPreferenceStore;
  /** Base of the platform's pages, without a trailing slash. */
  publicUrl: string;
  /** Counts a mail that was given up; an alarm watches the count. */
  countFailed: () => void;
}
