import { createHmac } from 'node:crypto';
import {
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  GetTokensFromRefreshTokenCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { once } from '#shared/once.ts';

/** Timeout of calls that invoke the platform's trigger. Cognito waits five seconds for it (Cognito developer guide). */
export const triggerSeconds = 6;

/** An app client of the user pool, with the operations that need its secret. */
export type AppClient = ReturnType<typeof appClient>;

/**
 * A confidential app client. Every token contains its id, which shows that the sign-in came through the platform. The
 * secret is read on the first call and stored nowhere else.
 */
export const appClient = (cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) => {
  const secret = once(async () => {
    const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    if (UserPoolClient?.ClientSecret === undefined) throw new Error('The app client has no secret');
    return UserPoolClient.ClientSecret;
  });
  /** Returns a `SECRET_HASH` (Cognito developer guide: computing secret hash values). */
  const secretHash = async (username: string): Promise<string> =>
    createHmac('sha256', await secret())
      .update(username + ClientId)
      .digest('base64');

  return {
    id: ClientId,
    /** Loads the secret and opens a connection, so that the first sign-in does not have to. */
    connect: async (): Promise<void> => {
      await secret();
    },
    secretHash,
    signIn: async (USERNAME: string, PASSWORD: string) =>
      cognito.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME, PASSWORD, SECRET_HASH: await secretHash(USERNAME) },
        }),
      ),
    /** The user name has to be that of the challenge (`USER_ID_FOR_SRP`); aliases are not accepted. */
    answerTotp: async (USERNAME: string, Session: string, SOFTWARE_TOKEN_MFA_CODE: string) =>
      cognito.send(
        new AdminRespondToAuthChallengeCommand({
          UserPoolId,
          ClientId,
          ChallengeName: 'SOFTWARE_TOKEN_MFA',
          Session,
          ChallengeResponses: { USERNAME, SOFTWARE_TOKEN_MFA_CODE, SECRET_HASH: await secretHash(USERNAME) },
        }),
      ),
    // The only call that works with and without refresh token rotation (Cognito API reference).
    refresh: async (RefreshToken: string) =>
      cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret: await secret(), RefreshToken })),
    revoke: async (Token: string) =>
      cognito.send(new RevokeTokenCommand({ ClientId, ClientSecret: await secret(), Token })),
  };
};
