import * as z from 'zod';

/** The symbols Cognito counts (Cognito developer guide: password policies), without the space. */
const symbols = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]/;

/**
 * A password as the user pool takes it. The same rules stand here, so that a weak one is refused before Cognito is
 * asked: its answer would differ for an address it knows.
 */
export const Password = z
  .string()
  .min(12, 'must have at least 12 characters')
  .max(256, { abort: true })
  .regex(/^\S.*\S$/su, 'must not begin or end with a space')
  .regex(/[a-z]/, 'must hold a lower case letter')
  .regex(/[A-Z]/, 'must hold an upper case letter')
  .regex(/[0-9]/, 'must hold a digit')
  .regex(symbols, 'must hold a symbol such as - or !')
  .meta({ description: '12 characters or more, with lower and upper case letters, digits and symbols' });
