import { DomainError, errorName } from '../../shared/errors.ts';
import {
  emailTaken,
  invalidCode,
  invalidCredentials,
  invalidMailAddress,
  invalidRefreshToken,
  invalidTotp,
  noWorkspace,
  tooManyTries,
  totpNotBegun,
  weakPassword,
} from './domain/refusals.ts';
import type { IdentityProvider } from './identity-provider.ts';

/** How long, in seconds, a caller should wait when Cognito has had enough. */
const tryAgainIn = (seconds: number) => (): DomainError => tooManyTries(seconds);

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
    // Whoever it belonged to is gone, or it has ended before.
    NotAuthorizedException: 'nothing',
    UserNotFoundException: 'nothing',
  },
  signOutEverywhere: { UserNotFoundException: 'nothing' },
  forgotPassword: {
    UserNotFoundException: 'nothing',
    // No confirmed address, shut out, or its share of mails is used up: all of that only a known address has.
    InvalidParameterException: 'nothing',
    NotAuthorizedException: 'nothing',
    LimitExceededException: 'nothing',
    CodeDeliveryFailureException: 'nothing',
  },
  resetPassword: {
    CodeMismatchException: invalidCode,
    ExpiredCodeException: invalidCode,
    UserNotFoundException: invalidCode,
    UserNotConfirmedException: invalidCode,
    NotAuthorizedException: invalidCode,
    // A limit that only a known address has; lock-out is the platform's own.
    TooManyFailedAttemptsException: invalidCode,
    LimitExceededException: invalidCode,
    InvalidPasswordException: weakPassword,
  },
  setPassword: { InvalidPasswordException: weakPassword },
  changeEmail: { AliasExistsException: emailTaken },
  beginTotp: {},
  confirmTotp: {
    CodeMismatchException: invalidTotp,
    // Of the old code, and of one that was asked for by nobody.
    EnableSoftwareTokenMFAException: invalidTotp,
    NotAuthorizedException: totpNotBegun,
  },
  disableTotp: {},
} as const satisfies Record<keyof IdentityProvider, Readonly<Record<string, Meaning>>>;

/** What Cognito answers; undefined where its error means nothing to the caller. @throws DomainError as the table says. */
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
