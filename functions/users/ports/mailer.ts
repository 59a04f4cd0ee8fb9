import type { MailPreferenceStore } from '../store/mail-preferences.ts';
import type { MailSender } from './ses.ts';

/** What sending mails needs from the world. */
export interface Mailing {
  sender: MailSender;
  preferences: MailPreferenceStore;
  /** Base of the platform's pages, without a slash at its end. */
  publicUrl: string;
  /** Counts a mail that was given up: an alarm looks at it. */
  countFailed: () => void;
}
