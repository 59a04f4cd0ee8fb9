import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type SessionKeys, sessionKeysFrom } from '#functions/users/ports/session-keys.ts';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { expectProblem, send, whereIs } from '../support/integration/answers.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { asRoot, nameOnStage, resourceOf, stage, tableOf } from '../support/integration/stage.ts';
import { claimsOf } from '../support/integration/tokens.ts';
import { authenticator, totpAt } from '../support/integration/totp.ts';

const root = new sdk.CognitoIdentityProviderClient(asRoot);
const newPassword = 'Another-Horse-7-Staple';
const post = (path: string, body: unknown) =>
  send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
const Secret = z.object({ secret: z.string() });

/**
 * Calls Cognito without an AWS role, as somebody can who holds a person's tokens or knows only the client id in them.
 * @returns the name of the error, or `done` on success
 */
const askCognito = async (action: string, input: object): Promise<string> => {
  const answer = await fetch(stage.awsEndpointUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${action}`,
    },
    body: JSON.stringify(input),
  });
  if (answer.status === 200) return 'done';
  return z
    .object({ __type: z.string() })
    .parse(await answer.json())
    .__type.replace(/^.*#/, '');
};

/** A person with an authenticator, and their leaked credentials. */
const leak = async () => {
  const maya = await new Marketer(stage, 'leaky').join();
  const { email, password } = maya;
  const { secret } = await maya.do(Secret, 'POST', '/v1/me/totp', { password });
  const code = () => totpAt(secret, new Date());
  // For the person's own sign-ins; attackers use `code`.
  const typed = authenticator(secret);
  expect((await maya.call('POST', '/v1/me/totp/confirm', { code: typed() })).status).toBe(204);
  const asked = await post('/v1/auth/sign-in', { email, password });
  const { challengeToken } = z.object({ challengeToken: z.string() }).parse(asked.body);
  const { accessToken, refreshToken } = maya;
  const { sub, client_id: ClientId } = z
    .object({ sub: z.string(), client_id: z.string() })
    .parse(claimsOf(accessToken));
  return { maya, email, password, sub, ClientId, AccessToken: accessToken, refreshToken, challengeToken, code, typed };
};
type Leak = Awaited<ReturnType<typeof leak>>;

const refusals = ['NotAuthorizedException', 'UnauthorizedException'];
const owned = 'aws.cognito.signin.user.admin';

/** Every Cognito action that needs no AWS role, as an attacker would call it. */
const attacks: Readonly<Record<string, (leak: Leak) => readonly object[]>> = {
  // With an access token.
  AssociateSoftwareToken: ({ AccessToken }) => [{ AccessToken }],
  ChangePassword: ({ AccessToken, password }) => [
    { AccessToken, PreviousPassword: password, ProposedPassword: newPassword },
  ],
  CompleteWebAuthnRegistration: ({ AccessToken }) => [{ AccessToken, Credential: {} }],
  ConfirmDevice: ({ AccessToken }) => [{ AccessToken, DeviceKey: 'us-east-1_device' }],
  DeleteUser: ({ AccessToken }) => [{ AccessToken }],
  DeleteUserAttributes: ({ AccessToken }) => [{ AccessToken, UserAttributeNames: ['name'] }],
  DeleteWebAuthnCredential: ({ AccessToken }) => [{ AccessToken, CredentialId: 'passkey' }],
  ForgetDevice: ({ AccessToken }) => [{ AccessToken, DeviceKey: 'us-east-1_device' }],
  GetDevice: ({ AccessToken }) => [{ AccessToken, DeviceKey: 'us-east-1_device' }],
  GetUser: ({ AccessToken }) => [{ AccessToken }],
  GetUserAttributeVerificationCode: ({ AccessToken }) => [{ AccessToken, AttributeName: 'email' }],
  GetUserAuthFactors: ({ AccessToken }) => [{ AccessToken }],
  GlobalSignOut: ({ AccessToken }) => [{ AccessToken }],
  ListDevices: ({ AccessToken }) => [{ AccessToken }],
  ListUserSessions: ({ AccessToken }) => [{ AccessToken }],
  ListWebAuthnCredentials: ({ AccessToken }) => [{ AccessToken }],
  RevokeUserSession: ({ AccessToken }) => [{ AccessToken, SessionId: 'session' }],
  SetUserMFAPreference: ({ AccessToken }) => [{ AccessToken, SoftwareTokenMfaSettings: { Enabled: false } }],
  SetUserSettings: ({ AccessToken }) => [{ AccessToken, MFAOptions: [] }],
  StartWebAuthnRegistration: ({ AccessToken }) => [{ AccessToken }],
  UpdateDeviceStatus: ({ AccessToken }) => [{ AccessToken, DeviceKey: 'us-east-1_device' }],
  UpdateUserAttributes: ({ AccessToken }) => [
    {
      AccessToken,
      UserAttributes: [{ Name: 'email', Value: 'eve@example.com' }],
    },
  ],
  VerifySoftwareToken: ({ AccessToken, code }) => [{ AccessToken, UserCode: code() }],
  VerifyUserAttribute: ({ AccessToken }) => [{ AccessToken, AttributeName: 'email', Code: '123456' }],
  // With the client id, and what is known of the person.
  ConfirmForgotPassword: ({ ClientId, email }) => [
    {
      ClientId,
      Username: email,
      ConfirmationCode: '123456',
      Password: newPassword,
    },
  ],
  ConfirmSignUp: ({ ClientId, email }) => [{ ClientId, Username: email, ConfirmationCode: '123456' }],
  ForgotPassword: ({ ClientId, email }) => [{ ClientId, Username: email }],
  GetTokensFromRefreshToken: ({ ClientId, refreshToken }) => [
    { ClientId, RefreshToken: refreshToken },
    { ClientId, RefreshToken: refreshToken, ClientSecret: 'guessed' },
  ],
  InitiateAuth: ({ ClientId, email: USERNAME, password: PASSWORD, refreshToken: REFRESH_TOKEN }) =>
    (
      [
        ['USER_PASSWORD_AUTH', { USERNAME, PASSWORD }],
        ['USER_SRP_AUTH', { USERNAME, SRP_A: 'a1' }],
        ['USER_AUTH', { USERNAME, PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD }],
        ['CUSTOM_AUTH', { USERNAME }],
        ['REFRESH_TOKEN_AUTH', { REFRESH_TOKEN }],
        ['REFRESH_TOKEN_AUTH', { REFRESH_TOKEN, SECRET_HASH: 'guessed' }],
        ['USER_PASSWORD_AUTH', { USERNAME, PASSWORD, SECRET_HASH: 'guessed' }],
      ] as const
    ).map(([AuthFlow, AuthParameters]) => ({ ClientId, AuthFlow, AuthParameters })),
  ResendConfirmationCode: ({ ClientId, email }) => [{ ClientId, Username: email }],
  // The challenge of a sign-in that awaits a code: guesses made here would bypass the lock-out.
  RespondToAuthChallenge: ({ ClientId, email, sub, challengeToken: Session, code }) =>
    [email, sub].map((USERNAME) => ({
      ClientId,
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session,
      ChallengeResponses: { USERNAME, SOFTWARE_TOKEN_MFA_CODE: code() },
    })),
  RevokeToken: ({ ClientId, refreshToken }) => [{ ClientId, Token: refreshToken }],
  SignUp: ({ ClientId }) => [{ ClientId, Username: 'eve.stranger@example.com', Password: newPassword }],
  UpdateAuthEventFeedback: ({ sub }) => [
    {
      UserPoolId: stage.userPoolId,
      Username: sub,
      EventId: 'event',
      FeedbackToken: 'made-up',
      FeedbackValue: 'Valid',
    },
  ],
};

/** The emulator's errors for an action it lacks, with or without a signature. */
const unknownHere = ['InvalidAction', 'MissingAuthenticationTokenException'];

/** Actions that the emulator lacks: on AWS they need the scope that the trigger removes from every token. */
const onAwsOnly = new Set([
  'CompleteWebAuthnRegistration',
  'ConfirmDevice',
  'DeleteUserAttributes',
  'DeleteWebAuthnCredential',
  'ForgetDevice',
  'GetDevice',
  'GetUserAttributeVerificationCode',
  'GetUserAuthFactors',
  'ListDevices',
  'ListUserSessions',
  'ListWebAuthnCredentials',
  'RevokeUserSession',
  'SetUserSettings',
  'StartWebAuthnRegistration',
  'UpdateDeviceStatus',
  'VerifyUserAttribute',
]);

/** The actions that the SDK calls without signing. */
const unsigned = Object.keys(sdk)
  .flatMap((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? [])
  .filter((operation) =>
    root.config
      .httpAuthSchemeProvider({ operation, region: asRoot.region })
      .some(({ schemeId }) => schemeId === 'smithy.api#noAuth'),
  );

describe('an attacker with a person’s tokens and password', () => {
  let leaked: Leak;
  const atCognito = () =>
    root.send(new sdk.AdminGetUserCommand({ UserPoolId: stage.userPoolId, Username: leaked.email }));
  beforeAll(async () => {
    leaked = await leak();
  });

  test('is tested with every Cognito action that needs no AWS credentials', () => {
    expect(unsigned.length).toBeGreaterThan(30);
    expect(Object.keys(attacks).sort()).toEqual(unsigned.toSorted());
  });

  test.each(Object.keys(attacks))('cannot use %s', async (action) => {
    for (const input of attacks[action]?.(leaked) ?? []) {
      const answer = await askCognito(action, input);
      if (onAwsOnly.has(action)) expect(unknownHere).toContain(answer);
      // Without threat protection there are no events to give feedback on.
      else if (action === 'UpdateAuthEventFeedback') expect(answer).toBe('UserPoolAddOnNotEnabledException');
      else expect(refusals).toContain(answer);
    }
  });

  test('leaves the address, password and authenticator of the person unchanged', async () => {
    const { UserAttributes, UserMFASettingList, UserStatus } = await atCognito();
    expect(UserAttributes).toContainEqual({ Name: 'email', Value: leaked.email });
    expect(UserStatus).toBe('CONFIRMED');
    expect(UserMFASettingList ?? ['SOFTWARE_TOKEN_MFA']).toEqual(['SOFTWARE_TOKEN_MFA']);
    const { email, password, typed } = leaked;
    const asked = z.object({ challengeToken: z.string() });
    const { challengeToken } = asked.parse((await post('/v1/auth/sign-in', { email, password })).body);
    expect((await post('/v1/auth/totp', { challengeToken, code: typed() })).status).toBe(200);
  });

  test('holds a token without the scope for Cognito, like the token of a service account', async () => {
    expect(JSON.stringify(claimsOf(leaked.AccessToken))).not.toContain(owned);
    const owner = await new Marketer(stage, 'machinist').join();
    const Made = z.object({ clientId: z.string(), clientSecret: z.string() });
    const made = await owner.do(Made, 'POST', '/v1/service-accounts', { name: 'Importer', role: 'editor' });
    const { clientId: client_id, clientSecret: client_secret } = made;
    const answer = await post('/v1/auth/token', { grant_type: 'client_credentials', client_id, client_secret });
    const { access_token: token } = z.object({ access_token: z.string() }).parse(answer.body);
    expect(JSON.stringify(claimsOf(token))).not.toContain(owned);
    expect(await askCognito('GetUser', { AccessToken: token })).toBe('NotAuthorizedException');
  });

  test('is refused only on AWS for the actions that docs/on-aws-only.md lists', () => {
    const said = readFileSync(join(import.meta.dirname, '../../docs/on-aws-only.md'), 'utf8');
    for (const action of onAwsOnly) expect(said).toContain(`\`${action}\``);
  });
});

describe('an authenticator', () => {
  test('cannot be confirmed unless its enrolment was begun with the password, and is announced by mail', async () => {
    const maya = await new Marketer(stage, 'enrolling').join();
    const { email, password } = maya;
    expectProblem(await maya.call('POST', '/v1/me/totp/confirm', { code: '123456' }), 409, 'totp_not_begun');
    const { secret } = await maya.do(Secret, 'POST', '/v1/me/totp', { password });
    const code = totpAt(secret, new Date());
    expect((await maya.call('POST', '/v1/me/totp/confirm', { code })).status).toBe(204);
    expectProblem(await maya.call('POST', '/v1/me/totp/confirm', { code }), 409, 'totp_enrolled');
    await eventually('a mail about the authenticator', async () => {
      const subjects = (await boxOf(email)).map(({ Subject }) => Subject);
      return subjects.includes('An authenticator was added to your account') || undefined;
    });
  });

  test('that was removed directly in Cognito is noticed at the next sign-in and announced by mail', async () => {
    const { maya, email } = await leak();
    const SoftwareTokenMfaSettings = { Enabled: false, PreferredMfa: false };
    const off = { UserPoolId: stage.userPoolId, Username: email, SoftwareTokenMfaSettings };
    await root.send(new sdk.AdminSetUserMFAPreferenceCommand(off));
    await maya.signIn();
    const Me = z.object({ person: z.object({ hasMfa: z.boolean() }) });
    expect(await maya.do(Me, 'GET', '/v1/me')).toMatchObject({ person: { hasMfa: false } });
    await eventually('a mail about that', async () => {
      const subjects = (await boxOf(email)).map(({ Subject }) => Subject);
      return subjects.includes('The authenticator was removed from your account') || undefined;
    });
  });
});

describe('Cognito’s own refresh token', () => {
  let keys: SessionKeys;
  let clientSecret = '';
  beforeAll(async () => {
    const secrets = new SecretsManagerClient(asRoot);
    const { SecretString = '' } = await secrets.send(new GetSecretValueCommand({ SecretId: nameOnStage('audit') }));
    keys = sessionKeysFrom(SecretString);
    const { userPoolId: UserPoolId, clientId: ClientId } = stage;
    const { UserPoolClient } = await root.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    clientSecret = UserPoolClient?.ClientSecret ?? '';
  });

  /** Cognito's refresh token, readable only with the table and the stage's secret. */
  const sealedIn = async (refreshToken: string): Promise<string> => {
    const [sessionId = '', subject = ''] = refreshToken.split('.');
    const item = await (await tableOf('users')).get({ pk: `PERSON#${subject}`, sk: `SESSION#${sessionId}` });
    const { sealedToken } = z.object({ sealedToken: z.string() }).parse(item);
    return keys.open(sealedToken, { purpose: 'session', subject, sessionId });
  };
  /** Whether Cognito still accepts it from somebody with all the secrets. */
  const refreshes = async (RefreshToken: string): Promise<string> => {
    const command = { ClientId: stage.clientId, ClientSecret: clientSecret, RefreshToken };
    return askCognito('GetTokensFromRefreshToken', command);
  };
  const reset = async (maya: Marketer): Promise<void> => {
    const first = await maya.readCode();
    await post('/v1/auth/forgot', { email: maya.email });
    const code = await eventually('a code for a new password', async () => {
      const latest = await maya.readCode();
      return latest === first ? undefined : latest;
    });
    const body = { email: maya.email, code, password: newPassword };
    expect((await post('/v1/auth/reset', body)).status).toBe(200);
  };

  test.each<[string, (maya: Marketer, first: string) => Promise<unknown>]>([
    ['a sign-out', (maya, first) => maya.call('POST', '/v1/auth/sign-out', { refreshToken: first })],
    ['a sign-out everywhere', (maya) => maya.call('POST', '/v1/auth/sign-out-everywhere')],
    [
      'a revocation from the list',
      (maya, first) => maya.call('DELETE', `/v1/me/sessions/${first.split('.')[0] ?? ''}`),
    ],
    [
      'a new password',
      (maya) => maya.call('POST', '/v1/me/password', { currentPassword: maya.password, password: newPassword }),
    ],
    ['a reset', reset],
    [
      'a spent token that comes again',
      async (_, first) => {
        const { refreshToken } = Tokens.parse((await post('/v1/auth/refresh', { refreshToken: first })).body);
        await post('/v1/auth/refresh', { refreshToken });
        expectProblem(await post('/v1/auth/refresh', { refreshToken: first }), 401, 'invalid_refresh_token');
      },
    ],
  ])('is no longer accepted by Cognito after %s', async (_, endIt) => {
    const maya = await new Marketer(stage, 'ending').join();
    const first = maya.refreshToken;
    const theirs = await sealedIn(first);
    expect(first).not.toContain(theirs);
    expect(await refreshes(theirs)).toBe('done');
    await maya.signIn();
    await endIt(maya, first);
    // After a new password an event ends the other sessions in Cognito; the platform refuses them at once.
    await eventually('Cognito refreshes nothing', async () =>
      (await refreshes(theirs)) === 'NotAuthorizedException' ? true : undefined,
    );
  });

  test('of a TOTP enrolment is revoked with it, and the API rejects its access token', async () => {
    const maya = await new Marketer(stage, 'enrolled').join();
    const { sub: subject } = z.object({ sub: z.string() }).parse(claimsOf(maya.accessToken));
    const { secret } = await maya.do(Secret, 'POST', '/v1/me/totp', { password: maya.password });
    const key = { pk: `PERSON#${subject}`, sk: 'TOTP_ENROLMENT' };
    const table = await tableOf('users');
    const { sealed } = z.object({ sealed: z.string() }).parse(await table.get(key));
    const opened: unknown = JSON.parse(await keys.open(sealed, { purpose: 'totp_enrolment', subject }));
    const { accessToken, refreshToken } = Tokens.parse(opened);
    expect((await send('GET', '/v1/me', { headers: { authorization: `Bearer ${accessToken}` } })).status).toBe(401);
    const code = totpAt(secret, new Date());
    expect((await maya.call('POST', '/v1/me/totp/confirm', { code })).status).toBe(204);
    expect(await table.get(key)).toBeUndefined();
    const ClientId = await resourceOf('identity', 'Cognito::UserPoolClient', 'PeopleEnrolment');
    const { UserPoolClient } = await root.send(
      new sdk.DescribeUserPoolClientCommand({ UserPoolId: stage.userPoolId, ClientId }),
    );
    const command = { ClientId, ClientSecret: UserPoolClient?.ClientSecret, RefreshToken: refreshToken };
    expect(await askCognito('GetTokensFromRefreshToken', command)).toBe('NotAuthorizedException');
    expect(await askCognito('GetUser', { AccessToken: accessToken })).toBe('NotAuthorizedException');
  });
});

test('a person removed from their only workspace signs in with their authenticator to a new one of their own', async () => {
  const { maya, email, password, typed } = await leak();
  const { workspaceId, personId } = await whereIs(maya);
  const users = await tableOf('users');
  await users.update(
    { pk: workspaceId, sk: `MEMBER#${personId}` },
    {
      UpdateExpression: 'SET #status = :removed',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':removed': 'removed' },
    },
  );
  const { challengeToken } = z
    .object({ challengeToken: z.string() })
    .parse((await post('/v1/auth/sign-in', { email, password })).body);
  const signedIn = Tokens.parse((await post('/v1/auth/totp', { challengeToken, code: typed() })).body);
  expect(claimsOf(signedIn.accessToken)).toMatchObject({ person_id: personId, role: 'owner' });
  expect(claimsOf(signedIn.accessToken)['workspace_id']).not.toBe(workspaceId);
  // The earlier session continues there too.
  const renewed = Tokens.parse((await post('/v1/auth/refresh', { refreshToken: maya.refreshToken })).body);
  expect(claimsOf(renewed.accessToken)['workspace_id']).toBe(claimsOf(signedIn.accessToken)['workspace_id']);
  maya.accessToken = renewed.accessToken;
  expect((await maya.call('POST', '/v1/me/export')).status).toBe(202);
  expect((await maya.call('DELETE', '/v1/me', { password })).status).toBe(202);
  expectProblem(await post('/v1/auth/refresh', { refreshToken: renewed.refreshToken }), 403, 'no_workspace');
});
