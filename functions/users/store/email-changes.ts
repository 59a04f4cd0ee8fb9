import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { changeSeconds, EmailChange, maxAttempts } from '../domain/email-change.ts';

/** The new sign-in address of a person until it is confirmed; only the latest one. */
export interface EmailChangeStore {
  begin(subject: string, change: EmailChange): Promise<void>;
  /** Counts an attempt and returns the change; undefined if there is none, or no attempts are left. */
  try(subject: string): Promise<EmailChange | undefined>;
  end(subject: string): Promise<void>;
}

const changeKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'EMAIL_CHANGE' });

export const emailChangeStore = (table: Table): EmailChangeStore => ({
  async begin(subject, change) {
    await table.put({ ...changeKey(subject), ...change, tries: 0, ttl: timeToLive(table.now(), changeSeconds) });
  },
  async try(subject) {
    const item = await table.update(changeKey(subject), {
      UpdateExpression: 'SET tries = tries + :one',
      ConditionExpression: 'tries < :most AND #ttl > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':most': maxAttempts, ':now': timeToLive(table.now(), 0) },
    });
    return item && EmailChange.parse(item);
  },
  async end(subject) {
    await table.update(changeKey(subject), {
      UpdateExpression: 'SET #ttl = :now',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':now': timeToLive(table.now(), 0) },
    });
  },
});
