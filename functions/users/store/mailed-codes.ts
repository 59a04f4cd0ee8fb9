import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { codeDigest, type CodePurpose, codeSeconds } from '../domain/mailed-code.ts';

/**
 * Emailed codes, stored as digests by address. Each is valid for a day and can be used once. A later code does not
 * invalidate it, so requesting codes for a stranger does not take theirs away. The limit on emails per address
 * (domain/mail-allowance.ts) also limits its valid codes.
 */
export interface MailedCodeStore {
  keep(purpose: CodePurpose, email: string, code: string): Promise<void>;
  isGood(purpose: CodePurpose, email: string, code: string): Promise<boolean>;
  /** Marks a code as used; false if it is unknown, expired or already used, even concurrently. */
  spend(purpose: CodePurpose, email: string, code: string): Promise<boolean>;
  /** Invalidates all codes of an address. */
  endAll(purpose: CodePurpose, email: string): Promise<void>;
}

const partitionOf = (purpose: CodePurpose, email: string): string => `CODE#${digestOf(`${purpose}/${email}`)}`;

const keyOf = (purpose: CodePurpose, email: string, code: string): Key => ({
  pk: partitionOf(purpose, email),
  sk: codeDigest(`${purpose}/${email}`, code),
});

export const mailedCodeStore = (table: Table): MailedCodeStore => ({
  async keep(purpose, email, code) {
    await table.put({ ...keyOf(purpose, email, code), ttl: timeToLive(table.now(), codeSeconds) });
  },
  async isGood(purpose, email, code) {
    const item = await table.get(keyOf(purpose, email, code));
    return item !== undefined && item.isSpent !== true;
  },
  async spend(purpose, email, code) {
    const spent = await table.update(keyOf(purpose, email, code), {
      UpdateExpression: 'SET isSpent = :yes',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(isSpent) AND #ttl > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':yes': true, ':now': timeToLive(table.now(), 0) },
    });
    return spent !== undefined;
  },
  async endAll(purpose, email) {
    const codes = await table.queryAll({
      KeyConditionExpression: 'pk = :codes',
      ExpressionAttributeValues: { ':codes': partitionOf(purpose, email) },
      ConsistentRead: true,
    });
    await Promise.all(codes.map(({ pk, sk }) => table.delete({ pk: String(pk), sk: String(sk) })));
  },
});
