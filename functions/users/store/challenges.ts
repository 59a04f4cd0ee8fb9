import * as z from 'zod';
import { personal } from '#shared/privacy/personal-data.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant, timeToLive } from '#shared/time.ts';

/** Cognito's challenge is valid for three minutes (AuthSessionValidity). */
const challengeSeconds = 3 * 60;

/** Who was challenged: the email address, and the provider's user name. */
export interface Asked {
  email: string;
  userName: string;
  /** When the password was about to be checked (UTC). */
  begunAt: string;
}

/** Sign-ins that wait for an authenticator code, by the identity provider's session token. */
export interface ChallengeStore {
  begin(token: string, who: Asked): Promise<void>;
  /** Returns whose sign-in it is; undefined if it is unknown, was answered, or has expired. */
  find(token: string): Promise<Asked | undefined>;
  /** Marks it as answered; false if a concurrent request was faster. */
  spend(token: string): Promise<boolean>;
  /** Marks a correct code as used; false if it was already used, even concurrently (RFC 6238, section 5.2). */
  useCode(subject: string, code: string): Promise<boolean>;
}

const challengeKey = (token: string): Key => ({
  pk: `CHALLENGE#${digestOf(token)}`,
  sk: 'CHALLENGE',
});

/** Longer than a code is accepted: its own time step and those before and after, 30 seconds each. */
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
