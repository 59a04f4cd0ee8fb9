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

/** Returns a 429 error that asks to wait that many seconds. */
const tryAgainIn = (seconds: number) => (): DomainError => tooManyTries(seconds);

/** Cognito passes on the trigger's error. Anything but the platform's own refusal is a fault of the trigger. */
const triggerRefusal = (error: Error): DomainError | undefined =>
  error.message.includes(noWorkspace().message) ? noWorkspace() : undefined;

type Meaning = 'nothing' | ((error: Error) => DomainError | undefined);

/** Quotas per second reset within a second; limits per person last 15 minutes (Cognito: quotas, lockout). */
const anyCall: Readonly<Record<string, Meaning>> = {
  TooManyRequestsException: tryAgainIn(1),
  LimitExceededException: tryAgainIn(900),
  TooManyFailedAttemptsException: tryAgainIn(900),
};

/** Errors of Cognito by call. `nothing`: the call succeeds without a result. Errors that are not listed are faults. */
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
    // The code was already used, or the challenge is more than three minutes old.
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
    // The user is gone, or the sign-in has already ended.
    NotAuthorizedException: 'nothing',
    UserNotFoundException: 'nothing',
  },
  signOutEverywhere: { UserNotFoundException: 'nothing' },
  setPassword: { InvalidPasswordException: weakPassword },
  changeEmail: { AliasExistsException: emailTaken },
  beginTotp: {},
  confirmTotp: {
    CodeMismatchException: invalidTotp,
    // Returned for an old code, or one that was never requested.
    EnableSoftwareTokenMFAException: invalidTotp,
    NotAuthorizedException: totpNotBegun,
  },
  endTotp: {},
  disableTotp: {},
} as const satisfies Record<keyof IdentityProvider, Readonly<Record<string, Meaning>>>;

/** Returns Cognito's response, or undefined for an ignored error. @throws DomainError as listed in the table. */
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
