import type { Key, Table } from '../../../shared/dynamo.ts';
import { timeToLive } from '../../../shared/time.ts';
import { pendingSeconds, SignUp } from '../domain/sign-up.ts';
import { addressDigest } from './addresses.ts';

/** Sign-ups that wait for their confirmation: the latest one of an address alone. */
export interface SignUpStore {
  /** Puts this sign-up in the place of an earlier one. */
  begin(email: string, signUp: Omit<SignUp, 'ttl'>): Promise<void>;
  find(email: string): Promise<SignUp | undefined>;
  /** Forgets the words of a sign-up that was confirmed. */
  end(email: string, tokenDigest: string): Promise<void>;
}

/** There is no workspace and no person yet. The address is kept as a digest: it is nobody's business here. */
export const signUpKey = (email: string): Key => ({
  pk: `SIGNUP#${addressDigest(email)}`,
  sk: 'SIGNUP',
});

export const signUpStore = (table: Table): SignUpStore => ({
  async begin(email, signUp) {
    await table.put({ ...signUp, ...signUpKey(email), ttl: timeToLive(table.now(), pendingSeconds) });
  },
  async find(email) {
    const item = await table.get(signUpKey(email));
    const signUp = item && SignUp.safeParse(item);
    return signUp?.data;
  },
  async end(email, tokenDigest) {
    await table.update(signUpKey(email), {
      UpdateExpression: 'SET waiting = :nothing',
      ConditionExpression: 'tokenDigest = :digest',
      ExpressionAttributeValues: { ':nothing': null, ':digest': tokenDigest },
    });
  },
});
