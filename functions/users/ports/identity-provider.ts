import type { Tokens } from './tokens.ts';

/** Someone the provider knows. */
export interface Identity {
  /** The provider's own, lasting name for them (`sub`). */
  subject: string;
}

/** What the right password brings: tokens, or the question for the code of a second factor. */
export type SignInAnswer =
  | { kind: 'signed_in'; subject: string; tokens: Tokens }
  | {
      kind: 'totp';
      /** Lives three minutes. */
      session: string;
      /** The provider's own name for whom it asks. */
      userName: string;
    };

/** Keeps passwords and makes tokens. Its answers never reveal whether an address is known. */
export interface IdentityProvider {
  /** Makes ready what the first sign-in needs. */
  connect(): Promise<void>;
  find(email: string): Promise<Identity | undefined>;
  /**
   * The tokens may lack a workspace. @throws DomainError `invalid_credentials`, or `no_workspace` when the trigger refused
   * the token.
   */
  signIn(email: string, password: string): Promise<SignInAnswer>;
  /** The second half of a sign-in. @throws DomainError `invalid_totp`, `no_workspace` */
  answerTotp(userName: string, session: string, code: string): Promise<{ subject: string; tokens: Tokens }>;
  /** Whether the password is right, without signing anyone in. @throws DomainError `invalid_credentials` */
  checkPassword(email: string, password: string): Promise<void>;
  /** New tokens of the same sign-in. @throws DomainError 401 */
  refresh(refreshToken: string): Promise<Tokens>;
  /** Ends what the token belongs to; what has already ended stays ended (RFC 7009, section 2.2). */
  revoke(refreshToken: string): Promise<void>;
  /** Revokes every refresh token of a person. */
  signOutEverywhere(subject: string): Promise<void>;
  /** @throws DomainError `weak_password` */
  setPassword(subject: string, password: string): Promise<void>;
  /** Signs the person in by another address from now on, which is proved. @throws DomainError `email_taken` */
  changeEmail(subject: string, email: string): Promise<void>;
  /**
   * A new secret for an authenticator, in base 32, given the right password. It takes effect once a code of it is sent.
   * `enrolment` continues with it for ten minutes, and opens the person's account at the provider.
   * @throws DomainError `invalid_credentials`, or `totp_enrolled` when signing in takes a code already
   */
  beginTotp(email: string, password: string): Promise<{ secret: string; enrolment: string }>;
  /**
   * From now on signing in takes a code of that secret; the enrolment ends.
   * @throws DomainError `invalid_totp`, or `totp_not_begun` when the enrolment has ended
   */
  confirmTotp(enrolment: string, subject: string, code: string): Promise<void>;
  /** Ends an abandoned enrolment; one that has already ended stays ended. */
  endTotp(enrolment: string): Promise<void>;
  disableTotp(subject: string): Promise<void>;
}
