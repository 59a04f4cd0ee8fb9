import * as z from 'zod';

/** Symbols that Cognito accepts (Cognito developer guide: password policies), without the space. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/;

/**
 * Normalizes a password, so that it compares equal whichever keyboard typed it: NFC, and every space as the ASCII one
 * (RFC 8265, OpaqueString; NIST SP 800-63B-4, section 3.1.1.2).
 */
const inOneForm = (password: string): string => password.replace(/\p{Zs}/gu, ' ').normalize('NFC');

/** A password as typed, normalized. Longer than the maximum, because decomposed letters only shrink when composed. */
const Typed = z.string().max(1_024, { abort: true }).overwrite(inOneForm);

/** A password to check against the current one: only its length is validated. */
export const GivenPassword = Typed.min(1).max(256);

/**
 * A new password. Repeats the user pool's rules, so that a weak one is refused before Cognito is called, whose response
 * would differ for an address that it knows.
 */
export const Password = Typed.min(12, 'must have at least 12 characters')
  .max(256, { abort: true })
  .regex(/^\S.*\S$/su, 'must not begin or end with a space')
  .regex(/[a-z]/, 'must contain a lower-case letter')
  .regex(/[A-Z]/, 'must contain an upper-case letter')
  .regex(/[0-9]/, 'must contain a digit')
  .regex(symbols, 'must contain a symbol such as - or !')
  .meta({
    description:
      'At least 12 characters, with lower-case and upper-case letters, digits and symbols. Normalised as in RFC 8265 ' +
      '(OpaqueString): NFC, and every space counts as U+0020',
  });
