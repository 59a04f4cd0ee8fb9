import { createHash } from 'node:crypto';
import type { Key, Table } from '../../../shared/dynamo.ts';
import { instantAfter, timeToLive } from '../../../shared/time.ts';

/** A sign-up waits this long for its confirmation. */
const pendingSeconds = 7 * 24 * 60 * 60;
/** While a sign-up is being confirmed, no other takes its place. */
const confirmingMs = 30_000;

/**
 * Who signed up last with an address, by the digest of the token they got: only they can confirm it, whatever code the
 * owner of the mail box reads out to them.
 */
export interface SignUpStore {
  /** Puts this sign-up in the place of an earlier one; false while that one is being confirmed. */
  begin(email: string, tokenDigest: string): Promise<boolean>;
  /** Whether the token is the latest sign-up's; if so, no other takes its place for a while. */
  claim(email: string, tokenDigest: string): Promise<boolean>;
}

/** There is no workspace and no person yet. The address is kept as a digest: it is nobody's business here. */
export const signUpKey = (email: string): Key => ({
  pk: `SIGNUP#${createHash('sha256').update(email).digest('base64url')}`,
  sk: 'SIGNUP',
});

export const signUpStore = (table: Table): SignUpStore => ({
  begin: (email, tokenDigest) =>
    table.put(
      { ...signUpKey(email), tokenDigest, ttl: timeToLive(table.now(), pendingSeconds) },
      {
        ConditionExpression: 'attribute_not_exists(confirmingUntil) OR confirmingUntil < :now',
        ExpressionAttributeValues: { ':now': table.now().toISOString() },
      },
    ),
  async claim(email, tokenDigest) {
    const claimed = await table.update(signUpKey(email), {
      UpdateExpression: 'SET confirmingUntil = :until',
      ConditionExpression: 'tokenDigest = :digest AND #ttl > :now',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':until': instantAfter(table.now(), confirmingMs),
        ':digest': tokenDigest,
        ':now': timeToLive(table.now(), 0),
      },
    });
    return claimed !== undefined;
  },
});
