import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { register } from '../../../../functions/users/domain/person.ts';
import { cognitoUserPool, type IdentityProvider } from '../../../../functions/users/identity-provider.ts';
import { peopleStore, type PeopleStore } from '../../../../functions/users/store/people.ts';
import { asRoot, resourceOf, stage, tableOf } from '../../../support/integration/stage.ts';

let pool: IdentityProvider;
let people: PeopleStore;
beforeAll(async () => {
  const { userPoolId, clientId } = stage;
  const enrolmentClientId = await resourceOf('identity', 'Cognito::UserPoolClient', 'PeopleEnrolment');
  pool = cognitoUserPool({ userPoolId, clientId, enrolmentClientId }, asRoot);
  people = peopleStore(await tableOf('users'));
});

const password = 'Correct-Horse-9-Battery';
const someone = () => ({
  email: `ada.${randomUUID().slice(0, 8)}@example.com`,
  password,
  name: 'Ada Lovelace',
  workspaceName: 'Engines',
});
const nobody = 'nobody@example.com';

const Mails = z.object({
  messages: z.record(z.string(), z.array(z.object({ To: z.array(z.string()), BodyText: z.string() }))),
});

/** The codes mailed to an address until now. */
const codesMailedTo = async (email: string): Promise<string[]> => {
  const { messages } = Mails.parse(await (await fetch(stage.mailUrl)).json());
  const mine = Object.values(messages)
    .flat()
    .filter(({ To }) => To.includes(email));
  return mine.flatMap(({ BodyText }) => /\b\d{6}\b/.exec(BodyText)?.[0] ?? []);
};

const refusal = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
};

test("a person signs up, confirms, signs in, refreshes and signs out at the stage's user pool", async () => {
  const ada = someone();
  expect(await refusal(pool.signUp({ ...ada, password: 'weak' }))).toBe('weak_password');
  // Somebody else with the same address, who has not confirmed it, is replaced: password, code and all.
  await pool.signUp({ ...ada, password: 'Another-Horse-7-Staple' });
  const [strangers = ''] = await codesMailedTo(ada.email);
  await pool.signUp(ada);
  expect(await pool.find(ada.email)).toMatchObject({ isConfirmed: false, workspaceName: ada.workspaceName });
  expect(await refusal(pool.signIn(ada.email, password))).toBe('invalid_credentials');

  const first = (await codesMailedTo(ada.email)).find((code) => code !== strangers) ?? strangers;
  expect(await refusal(pool.confirm(ada.email, first === '123123' ? '321321' : '123123'))).toBe('invalid_code');
  expect(await refusal(pool.confirm(nobody, first))).toBe('invalid_code');
  await pool.resendCode(ada.email);
  await pool.resendCode(nobody);
  const codes = await codesMailedTo(ada.email);
  expect(codes).toHaveLength(3);
  const latest = codes.find((code) => code !== first && code !== strangers) ?? first;
  expect(await pool.confirm(ada.email, latest)).toBe('confirmed');
  expect(await pool.confirm(ada.email, latest)).toBe('nothing_pending');
  // A confirmed one is not replaced.
  await pool.signUp({ ...ada, password: 'Another-Horse-7-Staple' });
  const identity = await pool.find(ada.email);
  expect(identity).toMatchObject({ isConfirmed: true, email: ada.email, name: ada.name });
  expect(await pool.find(nobody)).toBeUndefined();

  const subject = identity?.subject ?? '';
  // Without a person the trigger refuses the token, whatever the password.
  expect(await refusal(pool.signIn(ada.email, password))).toBe('no_workspace');
  await people.register(register({ ...ada, subject }, latest, new Date()), 'request-1');
  expect(await refusal(pool.signIn(ada.email, 'Wrong-Horse-9-Battery'))).toBe('invalid_credentials');
  expect(await refusal(pool.signIn(nobody, password))).toBe('invalid_credentials');
  const signedIn = await pool.signIn(ada.email, password);
  if (signedIn.kind !== 'signed_in') throw new Error('asked for a code that nobody has');
  expect(signedIn.subject).toBe(subject);
  expect(signedIn.tokens).toMatchObject({ expiresIn: 900, tokenType: 'Bearer' });

  const refreshed = await pool.refresh(signedIn.tokens.refreshToken);
  expect(refreshed.accessToken).not.toBe(signedIn.tokens.accessToken);
  expect(await refusal(pool.refresh('no-token'))).toBe('invalid_refresh_token');
  await pool.revoke(refreshed.refreshToken);
  await pool.revoke(refreshed.refreshToken);
  expect(await refusal(pool.refresh(refreshed.refreshToken))).toBe('invalid_refresh_token');
});
