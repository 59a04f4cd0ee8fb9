import { DomainError, type FieldError } from '#shared/errors.ts';

const invalid = (code: string, message: string, field: FieldError): DomainError =>
  new DomainError('invalid', code, message, { fields: [field] });

/** The same error for a wrong code, an expired one, and an address without a sign-up. */
export const invalidCode = (): DomainError =>
  invalid(
    'invalid_code',
    'The code is wrong or has expired. Request a new one, or sign in if you have already confirmed.',
    {
      path: 'body.code',
      code: 'invalid_code',
      message: 'must be a code from an email of the last 24 hours',
    },
  );

/** The same error for a wrong password, an unknown address, and an unconfirmed sign-up. */
export const invalidCredentials = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'invalid_credentials',
    'The email address or password is wrong, or the sign-up is not confirmed yet.',
  );

export const weakPassword = (): DomainError =>
  invalid('weak_password', 'The password does not meet the password rules.', {
    path: 'body.password',
    code: 'weak_password',
    message: 'must have at least 12 characters, with lower-case and upper-case letters, digits and symbols',
  });

export const invalidMailAddress = (): DomainError =>
  invalid('invalid_email', 'Emails cannot be sent to this address. Use another one.', {
    path: 'body.email',
    code: 'invalid_email',
    message: 'must be an email address',
  });

/** Error for a refresh token that is malformed, used, revoked or expired, or whose person was erased. */
export const invalidRefreshToken = (): DomainError =>
  new DomainError('unauthenticated', 'invalid_refresh_token', 'The refresh token is no longer valid. Sign in again.');

/** Error for signing out with something other than a refresh token, such as an access token. */
export const notARefreshToken = (): DomainError =>
  invalid('not_a_refresh_token', 'This is not a refresh token. Send the latest one of the session, or none.', {
    path: 'body.refreshToken',
    code: 'not_a_refresh_token',
    message: 'must be a refresh token, unchanged',
  });

/** Error for an authenticator code that is wrong or already used, or came too late for its sign-in. */
export const invalidTotp = (): DomainError =>
  invalid('invalid_totp', 'The authenticator code is wrong or already used, or the sign-in took too long. Try again.', {
    path: 'body.code',
    code: 'invalid_totp',
    message: 'must be the code that the authenticator shows now',
  });

/** Returned only to someone who has proved that the new address is theirs. */
export const emailTaken = (): DomainError =>
  new DomainError('conflict', 'email_taken', 'This email address is already in use. Use another one.');

export const totpEnrolled = (): DomainError =>
  new DomainError(
    'conflict',
    'totp_enrolled',
    'An authenticator is already enrolled. Remove it before you enrol another.',
  );

/** Error if the password was not proved, or too long ago. */
export const totpNotBegun = (): DomainError =>
  new DomainError(
    'conflict',
    'totp_not_begun',
    'No enrolment is in progress. Start again with your password, and confirm within 10 minutes.',
  );

/** The same error for a wrong code of either email, expired ones, too many attempts, and no requested change. */
export const invalidEmailCodes = (): DomainError =>
  new DomainError(
    'invalid',
    'invalid_email_codes',
    'One of the codes is wrong, or they have expired. Check them, or start again.',
    {
      fields: ['body.newCode', 'body.oldCode'].map((path) => ({
        path,
        code: 'invalid_email_codes',
        message: 'must be the code from the latest email to this address',
      })),
    },
  );

/** Error for a common password, or one that contains facts that others know about the person. */
export const guessablePassword = (why: 'common' | 'personal'): DomainError =>
  invalid(`${why}_password`, 'The password is too easy to guess. Choose another one.', {
    path: 'body.password',
    code: `${why}_password`,
    message: why === 'common' ? 'must not be a common password' : 'must not contain your name or address',
  });

/** The same error whether or not the address has an account. */
export const tooManyTries = (waitSeconds: number): DomainError =>
  new DomainError('rate-limited', 'too_many_tries', 'Too many failed attempts. Wait before you try again.', {
    headers: { 'retry-after': String(waitSeconds) },
  });

/**
 * Only returned after a correct password. Cognito passes on the trigger's error message, which identifies this error.
 */
export const noWorkspace = (): DomainError =>
  new DomainError(
    'forbidden',
    'no_workspace',
    'Your sign-up was not completed, or your account is being erased. If you have just signed up, confirm the sign-up again.',
  );
