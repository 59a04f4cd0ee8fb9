import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { noWorkspace } from '#functions/users/domain/sign-in-errors.ts';
import { cognitoUserPool } from '#functions/users/ports/cognito.ts';
import type { IdentityProvider } from '#functions/users/ports/identity-provider.ts';
import { DomainError } from '#shared/errors.ts';
import { ada } from '../harness.ts';

interface Asked {
  action: string;
  body: unknown;
}

const pool = { userPoolId: 'us-east-1_pool', clientId: 'client', enrolmentClientId: 'enrolment' };

/** As Cognito computes it (developer guide: computing secret hash values). */
const hashOf = (username: string, clientId = 'client') =>
  createHmac('sha256', 'of-the-client').update(`${username}${clientId}`).digest('base64');

/**
 * Cognito's wire form (AWS JSON 1.1): answers `reply`, or an error of that name. The client's secret is always
 * returned, and the request for it is left out of `asked`.
 */
const onWire = async <T>(
  reply: { body: object } | { error: string; message?: string },
  use: (provider: IdentityProvider) => Promise<T>,
): Promise<{ result: T; asked: Asked[] }> => {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const isOfClient = action === 'DescribeUserPoolClient';
      if (!isOfClient) asked.push({ action, body: JSON.parse(body) });
      const isError = 'error' in reply && !isOfClient;
      const said = isOfClient ? { body: { UserPoolClient: { ClientSecret: 'of-the-client' } } } : reply;
      response.writeHead(isError ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(
        JSON.stringify('error' in said ? { __type: said.error, message: said.message ?? 'secret' } : said.body),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A listening server has an address with a port.
  const { port } = server.address() as AddressInfo;
  const provider = cognitoUserPool(pool, {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  try {
    return { result: await use(provider), asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

const enrolment = JSON.stringify({ accessToken: 'an-access-token', refreshToken: 'refresh-1' });

const calls = {
  connect: (provider) => provider.connect(),
  find: (provider) => provider.find(ada.email),
  signIn: (provider) => provider.signIn(ada.email, ada.password),
  answerTotp: (provider) => provider.answerTotp('sub-1', 'session-1', '123456'),
  checkPassword: (provider) => provider.checkPassword(ada.email, ada.password),
  refresh: (provider) => provider.refresh('a-refresh-token'),
  revoke: (provider) => provider.revoke('a-refresh-token'),
  signOutEverywhere: (provider) => provider.signOutEverywhere('sub-1'),
  setPassword: (provider) => provider.setPassword('sub-1', ada.password),
  changeEmail: (provider) => provider.changeEmail('sub-1', 'new@example.com'),
  beginTotp: (provider) => provider.beginTotp(ada.email, ada.password),
  confirmTotp: (provider) => provider.confirmTotp(enrolment, 'sub-1', '123456'),
  endTotp: (provider) => provider.endTotp(enrolment),
  disableTotp: (provider) => provider.disableTotp('sub-1'),
} satisfies Record<keyof IdentityProvider, (provider: IdentityProvider) => Promise<unknown>>;
type Call = keyof typeof calls;
const CallName = z.enum(Object.keys(calls) as [Call, ...Call[]]);

/** How a call ends when Cognito returns an error. */
const endOf = async (call: Call, error: string, message?: string): Promise<unknown> => {
  try {
    return (await onWire<unknown>({ error, ...(message !== undefined && { message }) }, calls[call])).result;
  } catch (thrown) {
    return thrown;
  }
};

describe('an error from Cognito', () => {
  test.each<[Call, string, string, string]>([
    ['signIn', 'NotAuthorizedException', 'unauthenticated', 'invalid_credentials'],
    ['signIn', 'UserNotFoundException', 'unauthenticated', 'invalid_credentials'],
    ['signIn', 'UserNotConfirmedException', 'unauthenticated', 'invalid_credentials'],
    ['refresh', 'NotAuthorizedException', 'unauthenticated', 'invalid_refresh_token'],
    ['refresh', 'RefreshTokenReuseException', 'unauthenticated', 'invalid_refresh_token'],
    ['refresh', 'UserNotFoundException', 'unauthenticated', 'invalid_refresh_token'],
    ['answerTotp', 'CodeMismatchException', 'invalid', 'invalid_totp'],
    ['answerTotp', 'ExpiredCodeException', 'invalid', 'invalid_totp'],
    ['answerTotp', 'NotAuthorizedException', 'invalid', 'invalid_totp'],
    ['checkPassword', 'NotAuthorizedException', 'unauthenticated', 'invalid_credentials'],
    ['setPassword', 'InvalidPasswordException', 'invalid', 'weak_password'],
    ['changeEmail', 'AliasExistsException', 'conflict', 'email_taken'],
    ['beginTotp', 'NotAuthorizedException', 'unauthenticated', 'invalid_credentials'],
    ['confirmTotp', 'NotAuthorizedException', 'conflict', 'totp_not_begun'],
    ['confirmTotp', 'EnableSoftwareTokenMFAException', 'invalid', 'invalid_totp'],
    ['confirmTotp', 'CodeMismatchException', 'invalid', 'invalid_totp'],
  ])('on %s: %s becomes %s with the code %s', async (call, error, kind, code) => {
    const refused = await endOf(call, error);
    expect(refused).toBeInstanceOf(DomainError);
    expect(refused).toMatchObject({ kind, code });
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  test.each<[Call, string]>([
    ['find', 'UserNotFoundException'],
    ['revoke', 'NotAuthorizedException'],
    ['revoke', 'UserNotFoundException'],
    ['signOutEverywhere', 'UserNotFoundException'],
  ])('on %s: %s is ignored', async (call, error) => {
    expect(await endOf(call, error)).toBeUndefined();
  });

  test.each<[string, string]>([
    ['TooManyRequestsException', '1'],
    ['LimitExceededException', '900'],
    ['TooManyFailedAttemptsException', '900'],
  ])('named %s tells when to try again', async (error, seconds) => {
    expect(await endOf('find', error)).toMatchObject({ kind: 'rate-limited', headers: { 'retry-after': seconds } });
  });

  test.each<Call>(['signIn', 'refresh'])(
    'on %s: a refusal by our trigger is recognised, and a fault of it stays a fault',
    async (call) => {
      const said = (why: string) => `PreTokenGeneration failed with error ${why}.`;
      const name = 'UserLambdaValidationException';
      expect(await endOf(call, name, said(noWorkspace().message))).toMatchObject({ code: 'no_workspace' });
      expect(await endOf(call, name, said('socket hang up'))).toMatchObject({ name });
    },
  );

  // `connect` requests only the client's secret, which is always returned here.
  test.each(CallName.exclude(['connect']).options)('on %s: an unexpected one stays a fault', async (call) => {
    const fault = await endOf(call, 'InternalErrorException');
    expect(fault).toBeInstanceOf(Error);
    expect(fault).not.toBeInstanceOf(DomainError);
  });
});

describe('a request to Cognito', () => {
  const AccessToken = `e30.${Buffer.from('{"sub":"sub-1"}').toString('base64url')}.s`;
  const given = (RefreshToken?: string) => ({
    body: { AuthenticationResult: { AccessToken, RefreshToken, ExpiresIn: 900, TokenType: 'Bearer', IdToken: 'id' } },
  });
  const tokens = { accessToken: AccessToken, refreshToken: 'refresh-1', expiresIn: 900, tokenType: 'Bearer' };

  test('to sign in returns the tokens and their subject', async () => {
    const { result, asked } = await onWire(given('refresh-1'), calls.signIn);
    expect(result).toEqual({ kind: 'signed_in', subject: 'sub-1', tokens });
    const AuthParameters = { USERNAME: ada.email, PASSWORD: ada.password, SECRET_HASH: hashOf(ada.email) };
    expect(asked).toMatchObject([
      { action: 'AdminInitiateAuth', body: { AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters } },
    ]);
  });

  test('to sign in with an authenticator returns a challenge, which the code answers', async () => {
    const ChallengeParameters = { USER_ID_FOR_SRP: 'sub-1' };
    const asks = { body: { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 'session-1', ChallengeParameters } };
    const question = { kind: 'totp', session: 'session-1', userName: 'sub-1' };
    expect((await onWire(asks, calls.signIn)).result).toEqual(question);
    // The right password alone signs nobody in.
    expect((await onWire(asks, calls.checkPassword)).asked.map(({ action }) => action)).toEqual(['AdminInitiateAuth']);
    const { result, asked } = await onWire(given('refresh-1'), calls.answerTotp);
    expect(result).toEqual({ subject: 'sub-1', tokens });
    expect(asked).toMatchObject([
      {
        action: 'AdminRespondToAuthChallenge',
        body: {
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          Session: 'session-1',
          ChallengeResponses: {
            USERNAME: 'sub-1',
            SOFTWARE_TOKEN_MFA_CODE: '123456',
            SECRET_HASH: hashOf('sub-1'),
          },
        },
      },
    ]);
  });

  test('to check a password revokes the session that it created', async () => {
    const { asked } = await onWire(given('refresh-1'), calls.checkPassword);
    expect(asked).toMatchObject([
      { action: 'AdminInitiateAuth' },
      { action: 'RevokeToken', body: { Token: 'refresh-1' } },
    ]);
  });

  test('to begin an enrolment signs in anew, through the client whose tokens stay here', async () => {
    const SecretCode = 'JBSWY3DPEHPK3PXP';
    const { result, asked } = await onWire({ body: { ...given('refresh-1').body, SecretCode } }, calls.beginTotp);
    expect(result).toEqual({
      secret: SecretCode,
      enrolment: JSON.stringify({ accessToken: AccessToken, refreshToken: 'refresh-1' }),
    });
    const AuthParameters = { USERNAME: ada.email, SECRET_HASH: hashOf(ada.email, 'enrolment') };
    expect(asked).toMatchObject([
      { action: 'AdminInitiateAuth', body: { ClientId: 'enrolment', AuthParameters } },
      { action: 'AssociateSoftwareToken', body: { AccessToken } },
    ]);
  });

  test('to begin an enrolment is refused with totp_enrolled when there is an authenticator', async () => {
    const asks = { body: { ChallengeName: 'SOFTWARE_TOKEN_MFA', Session: 'session-1' } };
    await expect(onWire(asks, calls.beginTotp)).rejects.toMatchObject({ code: 'totp_enrolled' });
  });

  test('to confirm an enrolment enables the authenticator once its code was right, and revokes the enrolment', async () => {
    const { asked } = await onWire({ body: { Status: 'SUCCESS' } }, calls.confirmTotp);
    expect(asked).toMatchObject([
      { action: 'VerifySoftwareToken', body: { AccessToken: 'an-access-token', UserCode: '123456' } },
      {
        action: 'AdminSetUserMFAPreference',
        body: { Username: 'sub-1', SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } },
      },
      { action: 'RevokeToken', body: { ClientId: 'enrolment', Token: 'refresh-1' } },
    ]);
    await expect(onWire({ body: { Status: 'ERROR' } }, calls.confirmTotp)).rejects.toMatchObject({
      code: 'invalid_totp',
    });
  });

  test('to change the address marks it as verified, since both addresses have been confirmed', async () => {
    const { asked } = await onWire({ body: {} }, calls.changeEmail);
    expect(asked).toMatchObject([
      {
        action: 'AdminUpdateUserAttributes',
        body: {
          UserAttributes: [
            { Name: 'email', Value: 'new@example.com' },
            { Name: 'email_verified', Value: 'true' },
          ],
        },
      },
    ]);
  });

  test('to sign in that gets an unexpected challenge is a fault', async () => {
    const challenge = onWire({ body: { ChallengeName: 'SMS_MFA', Session: 's' } }, calls.signIn);
    await expect(challenge).rejects.toThrow('Cognito gave no tokens');
  });

  test('to refresh returns the new refresh token if there is one, and the old one otherwise', async () => {
    expect((await onWire(given('refresh-1'), calls.refresh)).result).toEqual(tokens);
    const { result, asked } = await onWire(given(), calls.refresh);
    expect(result).toEqual({ ...tokens, refreshToken: 'a-refresh-token' });
    expect(asked).toMatchObject([
      { action: 'GetTokensFromRefreshToken', body: { ClientId: 'client', ClientSecret: 'of-the-client' } },
    ]);
  });

  test('to sign out revokes the refresh token', async () => {
    const { asked } = await onWire({ body: {} }, calls.revoke);
    const body = { ClientId: 'client', ClientSecret: 'of-the-client', Token: 'a-refresh-token' };
    expect(asked).toEqual([{ action: 'RevokeToken', body }]);
  });
});
