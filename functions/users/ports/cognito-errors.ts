import { type DomainError, errorName } from '#shared/errors.ts';
import {
  emailTaken,
  invalidCredentials,
  invalidRefreshToken,
  invalidTotp,
  noWorkspace,
  tooManyTries,
  totpNotBegun,
  weakPassword,
} from '../domain/sign-in-errors.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** How long, in seconds, a caller should wait when Cognito has had enough. */
const tryAgainIn = (seconds: number) => (): DomainError => tooManyTries(seconds);

/** Cognito passes on the trigger's error. Anything but our own refusal is a fault of the trigger. */
const triggerRefusal = (error: Error): DomainError | undefined =>
  error.message.includes(noWorkspace().message) ? noWorkspace() : undefined;

type Meaning = 'nothing' | ((error: Error) => DomainError | undefined);

/** Quotas per second pass at once; limits of tries per person last a quarter of an hour (Cognito: quotas, lockout). */
const anyCall: Readonly<Record<string, Meaning>> = {
  TooManyRequestsException: tryAgainIn(1),
  LimitExceededException: tryAgainIn(900),
  TooManyFailedAttemptsException: tryAgainIn(900),
};

/** What Cognito's errors mean, call by call. `nothing`: the caller gets no error. Anything not listed is a fault. */
const meanings = {
  connect: {},
  find: { UserNotFoundException: 'nothing' },
  signIn: {
    NotAuthorizedException: invalidCredentials,
    UserNotFoundException: invalidCredentials,
    UserNotConfirmedException: invalidCredentials,
    UserLambdaValidationException: triggerRefusal,
  },
  answerTotp: {
    CodeMismatchException: invalidTotp,
    // The code was used once already, or the question is three minutes old.
    ExpiredCodeException: invalidTotp,
    NotAuthorizedException: invalidTotp,
    UserNotFoundException: invalidTotp,
    SoftwareTokenMFANotFoundException: invalidTotp,
    UserLambdaValidationException: triggerRefusal,
  },
  checkPassword: {},
  refresh: {
    NotAuthorizedException: invalidRefreshToken,
    RefreshTokenReuseException: invalidRefreshToken,
    UserNotFoundException: invalidRefreshToken,
    UserLambdaValidationException: triggerRefusal,
  },
  revoke: {
    // Its owner is gone, or it has already ended.
    NotAuthorizedException: 'nothing',
    UserNotFoundException: 'nothing',
  },
  signOutEverywhere: { UserNotFoundException: 'nothing' },
  setPassword: { InvalidPasswordException: weakPassword },
  changeEmail: { AliasExistsException: emailTaken },
  beginTotp: {},
  confirmTotp: {
    CodeMismatchException: invalidTotp,
    // For an old code, or one that was never requested.
    EnableSoftwareTokenMFAException: invalidTotp,
    NotAuthorizedException: totpNotBegun,
  },
  endTotp: {},
  disableTotp: {},
} as const satisfies Record<keyof IdentityProvider, Readonly<Record<string, Meaning>>>;

/** Cognito's answer; undefined if its error means nothing to the caller. @throws DomainError as listed in the table. */
export const answerOf = async <T>(call: keyof IdentityProvider, sent: Promise<T>): Promise<T | undefined> => {
  try {
    return await sent;
  } catch (error) {
    const table: Readonly<Record<string, Meaning>> = { ...anyCall, ...meanings[call] };
    const meaning = table[errorName(error) ?? ''];
    if (meaning === 'nothing') return undefined;
    throw (error instanceof Error && meaning?.(error)) || error;
  }
};
