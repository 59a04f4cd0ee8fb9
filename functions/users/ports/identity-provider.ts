import type { Tokens } from './tokens.ts';

/** A user of the identity provider. */
export interface Identity {
  /** The provider's permanent id for them (`sub`). */
  subject: string;
}

/** Result of a correct password: tokens, or a challenge for the second factor. */
export type SignInAnswer =
  | { kind: 'signed_in'; subject: string; tokens: Tokens }
  | {
      kind: 'totp';
      /** Valid for three minutes. */
      session: string;
      /** The provider's user name for the challenge. */
      userName: string;
    };

/** Stores passwords and issues tokens. Its results never reveal whether an address has an account. */
export interface IdentityProvider {
  /** Prepares what the first sign-in needs. */
  connect(): Promise<void>;
  find(email: string): Promise<Identity | undefined>;
  /**
   * Signs a person in. The tokens may lack a workspace. @throws DomainError `invalid_credentials`, or `no_workspace` if
   * the trigger refused the token.
   */
  signIn(email: string, password: string): Promise<SignInAnswer>;
  /** Completes a sign-in with a second factor. @throws DomainError `invalid_totp`, `no_workspace` */
  answerTotp(userName: string, session: string, code: string): Promise<{ subject: string; tokens: Tokens }>;
  /** Checks a password without signing anyone in. @throws DomainError `invalid_credentials` */
  checkPassword(email: string, password: string): Promise<void>;
  /** Issues new tokens for the same sign-in. @throws DomainError 401 */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends the sign-in of a token; does nothing if it has already ended (RFC 7009, section 2.2). */
  revoke(refreshToken: string): Promise<void>;
  /** Revokes all refresh tokens of a person. */
  signOutEverywhere(subject: string): Promise<void>;
  /** @throws DomainError `weak_password` */
  setPassword(subject: string, password: string): Promise<void>;
  /** Changes the person's sign-in address to one that they proved. @throws DomainError `email_taken` */
  changeEmail(subject: string, email: string): Promise<void>;
  /**
   * Generates an authenticator secret, in base 32, given the correct password. It takes effect once it is confirmed
   * with a code. `enrolment` is valid for ten minutes, and gives access to the person's user at the provider.
   * @throws DomainError `invalid_credentials`, or `totp_enrolled` if an authenticator is already enrolled
   */
  beginTotp(email: string, password: string): Promise<{ secret: string; enrolment: string }>;
  /**
   * Activates the authenticator with a code, and ends the enrolment.
   * @throws DomainError `invalid_totp`, or `totp_not_begun` if the enrolment has ended
   */
  confirmTotp(enrolment: string, subject: string, code: string): Promise<void>;
  /** Ends an abandoned enrolment; does nothing if it has already ended. */
  endTotp(enrolment: string): Promise<void>;
  disableTotp(subject: string): Promise<void>;
}
