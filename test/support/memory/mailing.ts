import type { Mailing } from '#functions/users/ports/mailer.ts';
import type { Message } from '#functions/users/ports/ses.ts';
import { mailPreferenceStore } from '#functions/users/store/mail-preferences.ts';
import type { Table } from '#shared/table.ts';

export interface MemoryMailing extends Mailing {
  /** Sent mails, oldest first. */
  letters: Message[];
  /** Runs before each mail is sent: may throw, or return `refused`, as SES would. */
  before: () => Promise<'refused' | undefined>;
  failures: number;
}

/** An in-memory mail sender. */
export const memoryMailing = (table: Table): MemoryMailing => {
  const mailing: MemoryMailing = {
    letters: [],
    before: async () => undefined,
    failures: 0,
    sender: {
      async send(letter) {
        if ((await mailing.before()) === 'refused') return 'refused';
        mailing.letters.push(letter);
        return 'sent';
      },
    },
    preferences: mailPreferenceStore(table),
    publicUrl: 'https://pages.example',
    countFailed: () => {
      mailing.failures += 1;
    },
  };
  return mailing;
};
