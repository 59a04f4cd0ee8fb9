import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { givesWay, pendingSeconds, SignUp } from '../domain/sign-up.ts';
import { addressDigest } from './addresses.ts';

/** Pending sign-ups: a few per address, each with its own token. */
export interface SignUpStore {
  /** Stores a sign-up; if the address has too many, it replaces another one. */
  begin(email: string, signUp: Omit<SignUp, 'ttl'>): Promise<void>;
  /** Finds the sign-up of a token, even a confirmed one. */
  find(email: string, tokenDigest: string): Promise<SignUp | undefined>;
  /** Returns the latest pending sign-up of an address. */
  latest(email: string): Promise<SignUp | undefined>;
  /** Removes the data of a confirmed sign-up, and all other sign-ups of the address, which now has an account. */
  end(email: string, tokenDigest: string): Promise<void>;
  /** Deletes all sign-ups of an address. */
  forget(email: string): Promise<void>;
}

/** A sign-up has no workspace or person yet. The address is stored as a digest, because plain text is not needed. */
const partitionOf = (email: string): string => `SIGNUP#${addressDigest(email)}`;
const signUpKey = (email: string, tokenDigest: string): Key => ({ pk: partitionOf(email), sk: tokenDigest });

export const signUpStore = (table: Table): SignUpStore => {
  const all = async (email: string): Promise<SignUp[]> => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :address',
      ExpressionAttributeValues: { ':address': partitionOf(email) },
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(SignUp, item));
  };
  const forget = async (email: string, signUps: readonly SignUp[]): Promise<void> => {
    await Promise.all(signUps.map(({ tokenDigest }) => table.delete(signUpKey(email, tokenDigest))));
  };
  return {
    async begin(email, signUp) {
      const given = givesWay(await all(email));
      await table.put({
        ...signUp,
        ...signUpKey(email, signUp.tokenDigest),
        ttl: timeToLive(table.now(), pendingSeconds),
      });
      if (given) await forget(email, [given]);
    },
    async find(email, tokenDigest) {
      const item = await table.get(signUpKey(email, tokenDigest));
      return item && entityOf(SignUp, item);
    },
    async latest(email) {
      const waiting = (await all(email)).filter((each) => each.waiting !== null);
      return waiting.sort((one, other) => Date.parse(other.begunAt) - Date.parse(one.begunAt))[0];
    },
    async end(email, tokenDigest) {
      await table.update(signUpKey(email, tokenDigest), {
        UpdateExpression: 'SET waiting = :nothing',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':nothing': null },
      });
      await forget(
        email,
        (await all(email)).filter((each) => each.tokenDigest !== tokenDigest),
      );
    },
    forget: async (email) => forget(email, await all(email)),
  };
};
