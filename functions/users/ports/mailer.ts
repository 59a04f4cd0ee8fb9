import { MetricUnit, type Observability } from '#shared/observability.ts';
import { once } from '#shared/once.ts';
import type { Table } from '#shared/table.ts';
import { type MailPreferenceStore, mailPreferenceStore } from '../store/mail-preferences.ts';
import type { Postman } from './ses.ts';

/** What sending mails needs from the world. */
export interface Mailing {
  postman: () => Promise<Postman>;
  preferences: MailPreferenceStore;
  /** Base of the platform's pages, without a slash at its end. */
  publicUrl: string;
  /** Counts a mail that was given up: an alarm looks at it. */
  countFailed: () => void;
}

/** A stage without a sender sends nothing: its mails fail, where they are seen. */
const noPostman: Postman = { send: async () => 'refused' };

export const openMailing = (
  { MAIL_SENDER: sender, PUBLIC_URL: publicUrl }: { MAIL_SENDER?: string | undefined; PUBLIC_URL: string },
  table: Table,
  { metrics }: Observability,
): Mailing => ({
  // SES is loaded when a mail is sent.
  postman: once(async () => (sender === undefined ? noPostman : (await import('./ses.ts')).sesPostman(sender))),
  preferences: mailPreferenceStore(table),
  publicUrl,
  countFailed: () => {
    metrics.addMetric('MailsFailed', MetricUnit.Count, 1);
    metrics.publishStoredMetrics();
  },
});
