import { DomainError, type FieldError } from '../../../shared/errors.ts';

const invalid = (code: string, message: string, field: FieldError): DomainError =>
  new DomainError('invalid', code, message, { fields: [field] });

/** The same for a wrong code, an expired one, and an address that nobody signed up with. */
export const invalidCode = (): DomainError =>
  invalid('invalid_code', 'The code is wrong or has expired. Ask for a new one; if you confirmed already, sign in.', {
    path: 'body.code',
    code: 'invalid_code',
    message: 'must be the code of the latest mail',
  });

/** The same for a wrong password, an address that is not known, and a sign-up that is not confirmed. */
export const invalidCredentials = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'invalid_credentials',
    'Address or password is wrong, or the sign-up is not confirmed yet.',
  );

export const weakPassword = (): DomainError =>
  invalid('weak_password', 'The password does not meet the rules for passwords.', {
    path: 'body.password',
    code: 'weak_password',
    message: 'must have 12 characters or more, with lower and upper case letters, digits and symbols',
  });

export const invalidMailAddress = (): DomainError =>
  invalid('invalid_email', 'No mail can be sent to this address.', {
    path: 'body.email',
    code: 'invalid_email',
    message: 'must be a mail address',
  });

/** A refresh token that is none, is spent, revoked or expired, or whose person is gone. */
export const invalidRefreshToken = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'invalid_refresh_token',
    'The refresh token is not valid any more. Sign in again.',
  );

/** Something else was sent to be revoked, such as an access token. */
export const notARefreshToken = (): DomainError =>
  invalid('not_a_refresh_token', 'This is not a refresh token.', {
    path: 'body.refreshToken',
    code: 'not_a_refresh_token',
    message: 'must be a refresh token as it was given',
  });

/** Told after the right password alone. Cognito passes the trigger's sentence on, by which it is known again. */
export const noWorkspace = (): DomainError =>
  new DomainError(
    'forbidden',
    'no_workspace',
    'You are in no workspace. If you have just signed up, confirm once more; otherwise ask to be invited.',
  );

/** The role in the token was taken away meanwhile. */
export const notAMember = (): DomainError =>
  new DomainError('forbidden', 'not_a_member', 'You are not a member of this workspace any more. Sign in again.');
