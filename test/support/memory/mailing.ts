import type { Mailing } from '#functions/users/ports/mailer.ts';
import type { Letter } from '#functions/users/ports/ses.ts';
import { mailPreferenceStore } from '#functions/users/store/mail-preferences.ts';
import type { Item } from '#shared/table.ts';

export interface MemoryMailing extends Mailing {
  /** What was sent, the oldest first. */
  letters: Letter[];
  /** Runs before each mail goes out: throws, or says `refused`, as SES would. */
  before: () => Promise<'refused' | undefined>;
  failures: number;
}

/** A postman and preferences in memory. */
export const memoryMailing = (): MemoryMailing => {
  const items = new Map<string, Item>();
  const mailing: MemoryMailing = {
    letters: [],
    before: async () => undefined,
    failures: 0,
    postman: {
      async send(letter) {
        if ((await mailing.before()) === 'refused') return 'refused';
        mailing.letters.push(letter);
        return 'sent';
      },
    },
    preferences: mailPreferenceStore({
      get: async ({ pk }) => items.get(pk),
      async put(item) {
        items.set(item.pk, item);
        return true;
      },
    }),
    publicUrl: 'https://pages.example',
    countFailed: () => {
      mailing.failures += 1;
    },
  };
  return mailing;
};
