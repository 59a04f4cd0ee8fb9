import {
  AdminGetUserCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  type AuthenticationResultType,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { callLimits } from '#shared/aws-client.ts';
import { invalidTotp, totpEnrolled } from '../domain/sign-in-errors.ts';
import { type AppClient, appClient, triggerSeconds } from './app-client.ts';
import { answerOf } from './cognito-errors.ts';
import type { IdentityProvider, SignInAnswer } from './identity-provider.ts';
import { subjectOf, type Tokens } from './tokens.ts';

/** @throws Error if Cognito returned no tokens, because it requires more than a password or an authenticator code. */
const tokensOf = (result: AuthenticationResultType | undefined, used?: string): Tokens => {
  const { AccessToken, RefreshToken = used, ExpiresIn } = result ?? {};
  if (AccessToken === undefined || RefreshToken === undefined || ExpiresIn === undefined) {
    throw new Error('Cognito gave no tokens');
  }
  return { accessToken: AccessToken, refreshToken: RefreshToken, expiresIn: ExpiresIn, tokenType: 'Bearer' };
};

interface Pool {
  userPoolId: string;
  /** App client for sign-ins. */
  clientId: string;
  /** App client whose tokens can enrol an authenticator. */
  enrolmentClientId: string;
}

/** The user pool as identity provider, with email addresses as user names. */
export const cognitoUserPool = (
  { userPoolId, clientId, enrolmentClientId }: Pool,
  config: CognitoIdentityProviderClientConfig = {},
): IdentityProvider => {
  const cognito = new CognitoIdentityProviderClient({ ...callLimits(triggerSeconds), ...config });
  const client = appClient(cognito, userPoolId, clientId);
  return {
    connect: client.connect,
    ...users(cognito, userPoolId),
    ...signIns(cognito, userPoolId, client),
    ...credentials(cognito, userPoolId),
    ...secondFactors(cognito, userPoolId, appClient(cognito, userPoolId, enrolmentClientId)),
  };
};

const users = (cognito: CognitoIdentityProviderClient, UserPoolId: string) =>
  ({
    async find(email) {
      const user = await answerOf('find', cognito.send(new AdminGetUserCommand({ UserPoolId, Username: email })));
      if (!user) return undefined;
      const subject = user.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value;
      if (subject === undefined) throw new Error('Cognito gave a user without sub');
      return { subject };
    },
  }) satisfies Partial<IdentityProvider>;

const signIns = (cognito: CognitoIdentityProviderClient, UserPoolId: string, client: AppClient) => {
  const revoke = async (refreshToken: string): Promise<void> => {
    await answerOf('revoke', client.revoke(refreshToken));
  };
  const signIn = async (email: string, password: string): Promise<SignInAnswer> => {
    const answer = await answerOf('signIn', client.signIn(email, password));
    const { USER_ID_FOR_SRP: userName } = answer?.ChallengeParameters ?? {};
    if (answer?.ChallengeName === 'SOFTWARE_TOKEN_MFA' && answer.Session !== undefined && userName !== undefined) {
      return { kind: 'totp', session: answer.Session, userName };
    }
    const tokens = tokensOf(answer?.AuthenticationResult);
    return { kind: 'signed_in', subject: subjectOf(tokens), tokens };
  };
  return {
    signIn,
    async answerTotp(userName, session, code) {
      const answer = await answerOf('answerTotp', client.answerTotp(userName, session, code));
      const tokens = tokensOf(answer?.AuthenticationResult);
      return { subject: subjectOf(tokens), tokens };
    },
    async checkPassword(email, password) {
      const answer = await signIn(email, password);
      if (answer.kind === 'signed_in') await revoke(answer.tokens.refreshToken);
    },
    async refresh(refreshToken) {
      const answer = await answerOf('refresh', client.refresh(refreshToken));
      return tokensOf(answer?.AuthenticationResult, refreshToken);
    },
    revoke,
    async signOutEverywhere(subject) {
      const command = new AdminUserGlobalSignOutCommand({ UserPoolId, Username: subject });
      await answerOf('signOutEverywhere', cognito.send(command));
    },
  } satisfies Partial<IdentityProvider>;
};

const credentials = (cognito: CognitoIdentityProviderClient, UserPoolId: string) =>
  ({
    async setPassword(subject, password) {
      const command = { UserPoolId, Username: subject, Password: password, Permanent: true };
      await answerOf('setPassword', cognito.send(new AdminSetUserPasswordCommand(command)));
    },
    async changeEmail(subject, email) {
      const UserAttributes = [
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ];
      const command = new AdminUpdateUserAttributesCommand({ UserPoolId, Username: subject, UserAttributes });
      await answerOf('changeEmail', cognito.send(command));
    },
  }) satisfies Partial<IdentityProvider>;

const Enrolment = z.object({ accessToken: z.string(), refreshToken: z.string() });

const secondFactors = (cognito: CognitoIdentityProviderClient, UserPoolId: string, client: AppClient) => {
  const setTotp = async (subject: string, Enabled: boolean): Promise<void> => {
    const SoftwareTokenMfaSettings = { Enabled, PreferredMfa: Enabled };
    const command = new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username: subject, SoftwareTokenMfaSettings });
    await answerOf('disableTotp', cognito.send(command));
  };
  return {
    async beginTotp(email, password) {
      const signedIn = await answerOf('signIn', client.signIn(email, password));
      if (signedIn?.ChallengeName === 'SOFTWARE_TOKEN_MFA') throw totpEnrolled();
      const { accessToken, refreshToken } = tokensOf(signedIn?.AuthenticationResult);
      const command = new AssociateSoftwareTokenCommand({ AccessToken: accessToken });
      const answer = await answerOf('beginTotp', cognito.send(command));
      if (answer?.SecretCode === undefined) throw new Error('Cognito gave no secret for an authenticator');
      return { secret: answer.SecretCode, enrolment: JSON.stringify({ accessToken, refreshToken }) };
    },
    async confirmTotp(enrolment, subject, code) {
      const { accessToken, refreshToken } = Enrolment.parse(JSON.parse(enrolment));
      const command = new VerifySoftwareTokenCommand({ AccessToken: accessToken, UserCode: code });
      const answer = await answerOf('confirmTotp', cognito.send(command));
      if (answer?.Status !== 'SUCCESS') throw invalidTotp();
      await setTotp(subject, true);
      // Only now, because revoking also invalidates the access token.
      await answerOf('revoke', client.revoke(refreshToken));
    },
    async endTotp(enrolment) {
      await answerOf('revoke', client.revoke(Enrolment.parse(JSON.parse(enrolment)).refreshToken));
    },
    disableTotp: (subject) => setTotp(subject, false),
  } satisfies Partial<IdentityProvider>;
};
