import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { register } from '#functions/users/domain/person.ts';
import { cognitoUserPool } from '#functions/users/ports/cognito.ts';
import { cognitoDirectory } from '#functions/users/ports/cognito-directory.ts';
import type { IdentityProvider } from '#functions/users/ports/identity-provider.ts';
import { type PeopleStore, peopleStore } from '#functions/users/store/people.ts';
import { newId } from '#shared/ids.ts';
import { asRoot, resourceOf, stage, tableOf } from '#test/support/integration/stage.ts';

let pool: IdentityProvider;
const directory = cognitoDirectory({ userPoolId: stage.userPoolId, machineClientId: '', newSecret: () => '' }, asRoot);
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

const refusal = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    return await call;
  } catch (error) {
    return z.object({ code: z.string() }).parse(error).code;
  }
};

test("a user is created, signs in, refreshes and signs out at the stage's user pool", async () => {
  const ada = someone();
  const isPerson = async (subject: string) => (await people.find(subject)) !== undefined;
  expect(await refusal(directory.createUser({ ...ada, password: 'weak' }, isPerson))).toBe('weak_password');
  // A user left by a crash is replaced, password included, as long as no person belongs to it.
  const first = await directory.createUser({ ...ada, password: 'Another-Horse-7-Staple' }, isPerson);
  const { subject, isKnown } = await directory.createUser(ada, isPerson);
  expect({ subject, isKnown }).toEqual({ ...first, isKnown: false });
  expect(await pool.find(ada.email)).toEqual({ subject });
  expect(await pool.find(nobody)).toBeUndefined();

  // Without a person the trigger refuses the token, whatever the password.
  expect(await refusal(pool.signIn(ada.email, password))).toBe('no_workspace');
  const workspaceId = newId('wsp', new Date());
  await people.register(register({ ...ada, subject, workspaceId }, 'K7PM3XQD', new Date()), 'request-1');
  const again = await directory.createUser({ ...ada, password: 'Another-Horse-7-Staple' }, isPerson);
  expect(again).toEqual({ subject, isKnown: true });
  expect(await refusal(pool.signIn(ada.email, 'Another-Horse-7-Staple'))).toBe('invalid_credentials');
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
