import {
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  GetTokensFromRefreshTokenCommand,
  ResendConfirmationCodeCommand,
  RevokeTokenCommand,
  SignUpCommand,
  type AuthenticationResultType,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { DomainError, errorName } from '../../shared/errors.ts';
import {
  invalidCode,
  invalidCredentials,
  invalidMailAddress,
  invalidRefreshToken,
  notARefreshToken,
  noWorkspace,
  weakPassword,
} from './domain/refusals.ts';

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
  tokenType: 'Bearer';
}

/** Someone the provider knows. Whatever is not `subject` was typed by them and is not checked yet. */
export interface Identity {
  /** The provider's own, lasting name for them (`sub`). */
  subject: string;
  isConfirmed: boolean;
  email: string | undefined;
  name: string | undefined;
  workspaceName: string | undefined;
}

/** Who keeps passwords, mails codes and makes tokens. Nothing it answers tells whether an address is known. */
export interface IdentityProvider {
  /** Keeps the sign-up and mails a code; for an address that is known it does nothing. @throws DomainError 400 */
  signUp(person: { email: string; password: string; name: string; workspaceName: string }): Promise<void>;
  /** `nothing_pending`: confirmed already, or not to be confirmed at all. @throws DomainError `invalid_code` */
  confirm(email: string, code: string): Promise<'confirmed' | 'nothing_pending'>;
  /** Mails a new code when there is a sign-up to be confirmed. */
  resendCode(email: string): Promise<void>;
  find(email: string): Promise<Identity | undefined>;
  /** @throws DomainError `invalid_credentials`, or `no_workspace` when the trigger refused the token. */
  signIn(email: string, password: string): Promise<{ subject: string; tokens: Tokens }>;
  /** New tokens; the refresh token in them is the one to be used from now on. @throws DomainError 401 */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the session that the token belongs to; one that has ended already stays so (RFC 7009, section 2.2). */
  revoke(refreshToken: string): Promise<void>;
}

/** How long, in seconds, a caller should wait when Cognito has had enough. */
const tryAgainIn = (seconds: number) => (): DomainError =>
  new DomainError('rate-limited', 'too_many_tries', 'There were too many tries. Wait before you try again.', {
    headers: { 'retry-after': String(seconds) },
  });

const codeNotSent = (): DomainError =>
  new DomainError('unavailable', 'code_not_sent', 'The code could not be mailed. Ask for it again in a while.');

/** Cognito passes on what the trigger said. Anything but our own refusal is a fault of the trigger. */
const triggerRefusal = (error: Error): DomainError | undefined =>
  error.message.includes(noWorkspace().message) ? noWorkspace() : undefined;

type Meaning = 'nothing' | ((error: Error) => DomainError | undefined);

/** Quotas per second pass at once; limits of tries per person last a quarter of an hour (Cognito: quotas, lockout). */
const anyCall: Readonly<Record<string, Meaning>> = {
  TooManyRequestsException: tryAgainIn(1),
  LimitExceededException: tryAgainIn(900),
  TooManyFailedAttemptsException: tryAgainIn(900),
};

/** What Cognito's errors mean, call by call. `nothing`: the caller is not told. What is not here is a fault. */
const meanings = {
  signUp: {
    UsernameExistsException: 'nothing',
    InvalidPasswordException: weakPassword,
    CodeDeliveryFailureException: codeNotSent,
    InvalidParameterException: (error) => (/\bemail\b/i.test(error.message) ? invalidMailAddress() : undefined),
  },
  confirm: {
    NotAuthorizedException: 'nothing',
    CodeMismatchException: invalidCode,
    ExpiredCodeException: invalidCode,
    UserNotFoundException: invalidCode,
  },
  resendCode: {
    UserNotFoundException: 'nothing',
    // It is confirmed already, or had its share of mails: a limit that only a known address has.
    InvalidParameterException: 'nothing',
    LimitExceededException: 'nothing',
    CodeDeliveryFailureException: codeNotSent,
  },
  find: { UserNotFoundException: 'nothing' },
  signIn: {
    NotAuthorizedException: invalidCredentials,
    UserNotFoundException: invalidCredentials,
    UserNotConfirmedException: invalidCredentials,
    UserLambdaValidationException: triggerRefusal,
  },
  refresh: {
    NotAuthorizedException: invalidRefreshToken,
    RefreshTokenReuseException: invalidRefreshToken,
    UserNotFoundException: invalidRefreshToken,
    UserLambdaValidationException: triggerRefusal,
  },
  revoke: {
    NotAuthorizedException: 'nothing',
    UnsupportedTokenTypeException: notARefreshToken,
    InvalidParameterException: notARefreshToken,
  },
} as const satisfies Record<keyof IdentityProvider, Readonly<Record<string, Meaning>>>;

/** What Cognito answers; undefined where its error means nothing to the caller. @throws DomainError as the table says. */
const answerOf = async <T>(call: keyof IdentityProvider, sent: Promise<T>): Promise<T | undefined> => {
  try {
    return await sent;
  } catch (error) {
    const table: Readonly<Record<string, Meaning>> = { ...anyCall, ...meanings[call] };
    const meaning = table[errorName(error) ?? ''];
    if (meaning === 'nothing') return undefined;
    throw (error instanceof Error && meaning?.(error)) || error;
  }
};

const Claims = z.object({ sub: z.string() });

/** Whom an access token is for. It came from Cognito itself just now, so that its signature needs no check. */
const subjectOf = ({ accessToken }: Tokens): string => {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8');
  return Claims.parse(JSON.parse(payload)).sub;
};

/** @throws Error when Cognito asks for more than a password: no flow of ours answers challenges. */
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
    async signUp({ email, password, name, workspaceName }) {
      const UserAttributes = Object.entries({ email, name, 'custom:workspace_name': workspaceName }).map(
        ([Name, Value]) => ({ Name, Value }),
      );
      const command = new SignUpCommand({ ClientId, Username: email, Password: password, UserAttributes });
      await answerOf('signUp', cognito.send(command));
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
      const user = await answerOf('find', cognito.send(new AdminGetUserCommand({ UserPoolId, Username: email })));
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
    async signIn(email, password) {
      const command = new AdminInitiateAuthCommand({
        UserPoolId,
        ClientId,
        AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD: password },
      });
      const answer = await answerOf('signIn', cognito.send(command));
      const tokens = tokensOf(answer?.AuthenticationResult);
      return { subject: subjectOf(tokens), tokens };
    },
    async refresh(refreshToken) {
      // The one call that works with rotation of refresh tokens as well as without (Cognito API reference).
      const command = new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken: refreshToken });
      const answer = await answerOf('refresh', cognito.send(command));
      return tokensOf(answer?.AuthenticationResult, refreshToken);
    },
    async revoke(refreshToken) {
      await answerOf('revoke', cognito.send(new RevokeTokenCommand({ ClientId, Token: refreshToken })));
    },
  };
};
