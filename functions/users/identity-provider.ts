import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  GetTokensFromRefreshTokenCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
  type AuthenticationResultType,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { invalidTotp } from './domain/refusals.ts';
import { answerOf } from './identity-refusals.ts';
import { subjectOf, type Tokens } from './tokens.ts';

/** Someone the provider knows. Whatever is not `subject` was typed by them and is not checked yet. */
export interface Identity {
  /** The provider's own, lasting name for them (`sub`). */
  subject: string;
  isConfirmed: boolean;
  email: string | undefined;
  name: string | undefined;
  workspaceName: string | undefined;
}

/** What the right password brings: tokens, or the question for the code of a second factor. */
export type SignInAnswer =
  | { kind: 'signed_in'; subject: string; tokens: Tokens }
  | { kind: 'totp'; /** Lives three minutes. */ session: string };

/** Who keeps passwords, mails codes and makes tokens. Nothing it answers tells whether an address is known. */
export interface IdentityProvider {
  /**
   * Keeps the sign-up and mails a code. It takes the place of one with the same address that is not confirmed; for an
   * address that is confirmed it does nothing. @throws DomainError 400
   */
  signUp(person: { email: string; password: string; name: string; workspaceName: string }): Promise<void>;
  /** `nothing_pending`: confirmed already, or not to be confirmed at all. @throws DomainError `invalid_code` */
  confirm(email: string, code: string): Promise<'confirmed' | 'nothing_pending'>;
  /** Mails a new code when there is a sign-up to be confirmed. */
  resendCode(email: string): Promise<void>;
  find(email: string): Promise<Identity | undefined>;
  /** @throws DomainError `invalid_credentials`, or `no_workspace` when the trigger refused the token. */
  signIn(email: string, password: string): Promise<SignInAnswer>;
  /** The second half of a sign-in. @throws DomainError `invalid_totp`, `no_workspace` */
  answerTotp(email: string, session: string, code: string): Promise<{ subject: string; tokens: Tokens }>;
  /** Whether the password is right, without anybody being signed in. @throws DomainError `invalid_credentials` */
  checkPassword(email: string, password: string): Promise<void>;
  /** New tokens; the refresh token in them is the one to be used from now on. @throws DomainError 401 */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the session that the token belongs to; one that has ended already stays so (RFC 7009, section 2.2). */
  revoke(refreshToken: string): Promise<void>;
  /** Revokes every refresh token of a person. */
  signOutEverywhere(subject: string): Promise<void>;
  /** Mails a code to a confirmed address; to any other, nothing. */
  forgotPassword(email: string): Promise<void>;
  /** @throws DomainError `invalid_code`, `weak_password` */
  resetPassword(email: string, code: string, password: string): Promise<void>;
  /** @throws DomainError `weak_password` */
  setPassword(subject: string, password: string): Promise<void>;
  /** Signs the person in by another address from now on, which is proved. @throws DomainError `email_taken` */
  changeEmail(subject: string, email: string): Promise<void>;
  /** A new secret for an authenticator, in base 32; it counts once a code of it was sent. */
  beginTotp(accessToken: string): Promise<string>;
  /** From now on signing in takes a code of that secret. @throws DomainError `invalid_totp` */
  confirmTotp(accessToken: string, subject: string, code: string): Promise<void>;
  disableTotp(subject: string): Promise<void>;
}

/** @throws Error when Cognito gave none: it asked for more than a password or a code of an authenticator. */
const tokensOf = (result: AuthenticationResultType | undefined, used?: string): Tokens => {
  const { AccessToken, RefreshToken = used, ExpiresIn } = result ?? {};
  if (AccessToken === undefined || RefreshToken === undefined || ExpiresIn === undefined) {
    throw new Error('Cognito gave no tokens');
  }
  return { accessToken: AccessToken, refreshToken: RefreshToken, expiresIn: ExpiresIn, tokenType: 'Bearer' };
};

/** The user pool as identity provider. Addresses are its user names; `name` and `custom:workspace_name` its attributes. */
export const cognitoUserPool = (
  UserPoolId: string,
  ClientId: string,
  config: CognitoIdentityProviderClientConfig = {},
): IdentityProvider => {
  const cognito = new CognitoIdentityProviderClient(config);
  return {
    ...signUps(cognito, UserPoolId, ClientId),
    ...signIns(cognito, UserPoolId, ClientId),
    ...credentials(cognito, UserPoolId, ClientId),
    ...secondFactors(cognito, UserPoolId),
  };
};

const signUps = (cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) => {
  const getUser = async (Username: string) =>
    answerOf('find', cognito.send(new AdminGetUserCommand({ UserPoolId, Username })));
  return {
    async signUp({ email, password, name, workspaceName }) {
      const UserAttributes = Object.entries({ email, name, 'custom:workspace_name': workspaceName }).map(
        ([Name, Value]) => ({ Name, Value }),
      );
      const command = { ClientId, Username: email, Password: password, UserAttributes };
      if (await answerOf('signUp', cognito.send(new SignUpCommand(command)))) return;
      const user = await getUser(email);
      if (user?.UserStatus !== 'UNCONFIRMED' || user.Enabled !== true) return;
      // Whoever signed up before need not be the owner of the mail box: their password must not be what it confirms.
      await answerOf('find', cognito.send(new AdminDeleteUserCommand({ UserPoolId, Username: user.Username })));
      await answerOf('signUp', cognito.send(new SignUpCommand(command)));
    },
    async confirm(email, code) {
      const command = new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code });
      const answer = await answerOf('confirm', cognito.send(command));
      return answer ? 'confirmed' : 'nothing_pending';
    },
    async resendCode(email) {
      await answerOf('resendCode', cognito.send(new ResendConfirmationCodeCommand({ ClientId, Username: email })));
    },
    async find(email) {
      const user = await getUser(email);
      if (!user) return undefined;
      const attributes = new Map(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]));
      const subject = attributes.get('sub');
      if (subject === undefined) throw new Error('Cognito gave a user without sub');
      return {
        subject,
        isConfirmed: user.UserStatus === 'CONFIRMED' && user.Enabled === true,
        email: attributes.get('email'),
        name: attributes.get('name'),
        workspaceName: attributes.get('custom:workspace_name'),
      };
    },
  } satisfies Partial<IdentityProvider>;
};

const signIns = (cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) => {
  const tryPassword = async (email: string, password: string): Promise<SignInAnswer> => {
    const command = new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: email, PASSWORD: password },
    });
    const answer = await answerOf('signIn', cognito.send(command));
    if (answer?.ChallengeName === 'SOFTWARE_TOKEN_MFA' && answer.Session !== undefined) {
      return { kind: 'totp', session: answer.Session };
    }
    const tokens = tokensOf(answer?.AuthenticationResult);
    return { kind: 'signed_in', subject: subjectOf(tokens), tokens };
  };
  const revoke = async (refreshToken: string): Promise<void> => {
    await answerOf('revoke', cognito.send(new RevokeTokenCommand({ ClientId, Token: refreshToken })));
  };
  return {
    signIn: tryPassword,
    async answerTotp(email, session, code) {
      const command = new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId,
        ChallengeName: 'SOFTWARE_TOKEN_MFA',
        Session: session,
        ChallengeResponses: { USERNAME: email, SOFTWARE_TOKEN_MFA_CODE: code },
      });
      const answer = await answerOf('answerTotp', cognito.send(command));
      const tokens = tokensOf(answer?.AuthenticationResult);
      return { subject: subjectOf(tokens), tokens };
    },
    async checkPassword(email, password) {
      const answer = await tryPassword(email, password);
      if (answer.kind === 'signed_in') await revoke(answer.tokens.refreshToken);
    },
    async refresh(refreshToken) {
      // The one call that works with rotation of refresh tokens as well as without (Cognito API reference).
      const command = new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: refreshToken });
      const answer = await answerOf('refresh', cognito.send(command));
      return tokensOf(answer?.AuthenticationResult, refreshToken);
    },
    revoke,
    async signOutEverywhere(subject) {
      const command = new AdminUserGlobalSignOutCommand({ UserPoolId, Username: subject });
      await answerOf('signOutEverywhere', cognito.send(command));
    },
  } satisfies Partial<IdentityProvider>;
};

const credentials = (cognito: CognitoIdentityProviderClient, UserPoolId: string, ClientId: string) =>
  ({
    async forgotPassword(email) {
      await answerOf('forgotPassword', cognito.send(new ForgotPasswordCommand({ ClientId, Username: email })));
    },
    async resetPassword(email, code, password) {
      const command = { ClientId, Username: email, ConfirmationCode: code, Password: password };
      await answerOf('resetPassword', cognito.send(new ConfirmForgotPasswordCommand(command)));
    },
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

const secondFactors = (cognito: CognitoIdentityProviderClient, UserPoolId: string) => {
  const setTotp = async (subject: string, Enabled: boolean): Promise<void> => {
    const SoftwareTokenMfaSettings = { Enabled, PreferredMfa: Enabled };
    const command = new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username: subject, SoftwareTokenMfaSettings });
    await answerOf('disableTotp', cognito.send(command));
  };
  return {
    async beginTotp(accessToken) {
      const command = new AssociateSoftwareTokenCommand({ AccessToken: accessToken });
      const answer = await answerOf('beginTotp', cognito.send(command));
      if (answer?.SecretCode === undefined) throw new Error('Cognito gave no secret for an authenticator');
      return answer.SecretCode;
    },
    async confirmTotp(accessToken, subject, code) {
      const command = new VerifySoftwareTokenCommand({ AccessToken: accessToken, UserCode: code });
      const answer = await answerOf('confirmTotp', cognito.send(command));
      if (answer?.Status !== 'SUCCESS') throw invalidTotp();
      await setTotp(subject, true);
    },
    disableTotp: (subject) => setTotp(subject, false),
  } satisfies Partial<IdentityProvider>;
};
