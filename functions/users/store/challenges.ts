import * as z from 'zod';
import { personal } from '#shared/privacy/personal-data.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant, timeToLive } from '#shared/time.ts';

/** Cognito's question lives three minutes (AuthSessionValidity). */
const challengeSeconds = 3 * 60;

/** Whom the identity provider asks, by their address and by the name that it calls them in its question. */
export interface Asked {
  email: string;
  userName: string;
  /** Before the password was looked at (UTC). */
  begunAt: string;
}

/** Sign-ins that wait for the code of an authenticator, by the identity provider's own token for the question. */
export interface ChallengeStore {
  begin(token: string, who: Asked): Promise<void>;
  /** Whose sign-in it is; undefined when it is none, has been answered, or is too old. */
  find(token: string): Promise<Asked | undefined>;
  /** Marks it as answered; false if another request was faster. */
  spend(token: string): Promise<boolean>;
  /** Takes a code that was right as used; false when it was used before, at the same time too (RFC 6238, section 5.2). */
  useCode(subject: string, code: string): Promise<boolean>;
}

const challengeKey = (token: string): Key => ({
  pk: `CHALLENGE#${digestOf(token)}`,
  sk: 'CHALLENGE',
});

/** Longer than any authenticator's code is taken: of one step before and after, each half a minute. */
const usedSeconds = 2 * 60;

const usedKey = (subject: string, code: string): Key => ({
  pk: `TOTP_CODE#${digestOf(`${subject}/${code}`)}`,
  sk: 'TOTP_CODE',
});

const waiting = { why: 'to continue a sign-in that waits for a code', keptFor: 'three minutes' };

export const Challenge = z.object({
  email: personal(z.string(), waiting),
  userName: personal(z.string(), waiting),
  begunAt: Instant,
  isSpent: z.boolean(),
});

export const challengeStore = (table: Table): ChallengeStore => ({
  async begin(token, { email, userName, begunAt }) {
    await table.put({
      ...challengeKey(token),
      email,
      userName,
      begunAt,
      isSpent: false,
      ttl: timeToLive(table.now(), challengeSeconds),
    });
  },
  async find(token) {
    const item = await table.get(challengeKey(token));
    const challenge = item && Challenge.parse(item);
    return challenge?.isSpent === false ? challenge : undefined;
  },
  async spend(token) {
    const spent = await table.update(challengeKey(token), {
      UpdateExpression: 'SET isSpent = :yes',
      ConditionExpression: 'isSpent = :no',
      ExpressionAttributeValues: { ':yes': true, ':no': false },
    });
    return spent !== undefined;
  },
  useCode: (subject, code) =>
    table.put(
      { ...usedKey(subject, code), ttl: timeToLive(table.now(), usedSeconds) },
      {
        ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':now': timeToLive(table.now(), 0) },
      },
    ),
});
