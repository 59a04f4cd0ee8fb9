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

/** Cognito waits five seconds for a trigger of ours (Cognito developer guide), and the caller of a sign-in waits with it. */
export const triggerSeconds = 6;

/** An app client of the user pool, with all that takes its secret. */
export type AppClient = ReturnType<typeof appClient>;

/**
 * A confidential app client: its id is in every token, so each call shows that it comes from the platform. The secret
 * is read at the first call and stored nowhere else.
 */
export const appClient = (cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) => {
  const secret = once(async () => {
    const { UserPoolClient } = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    if (UserPoolClient?.ClientSecret === undefined) throw new Error('The app client has no secret');
    return UserPoolClient.ClientSecret;
  });
  /** Cognito developer guide: computing secret hash values. */
  const secretHash = async (username: string): Promise<string> =>
    createHmac('sha256', await secret())
      .update(username + ClientId)
      .digest('base64');

  return {
    id: ClientId,
    /** Reads the secret, so that the first sign-in has it, and a connection. */
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
    /** The user name is the one that the question named (`USER_ID_FOR_SRP`): no alias is taken here. */
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
    // The one call that works with rotation of refresh tokens as well as without (Cognito API reference).
    refresh: async (RefreshToken: string) =>
      cognito.send(new GetTokensFromRefreshTokenCommand({ ClientId, ClientSecret: await secret(), RefreshToken })),
    revoke: async (Token: string) =>
      cognito.send(new RevokeTokenCommand({ ClientId, ClientSecret: await secret(), Token })),
  };
};
