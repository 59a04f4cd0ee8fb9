import * as z from 'zod';

/** A text with something to read in it, without the blanks around it; the longest that is taken, in UTF-16 units. */
export const text = (longest: number) =>
  z.string().regex(/\S/, { message: 'must not be blank', abort: true }).trim().min(1).max(longest, { abort: true });

/** The beginning of a text, at most so many UTF-16 units: no pair of surrogates is cut apart. */
export const beginningOf = (whole: string, longest: number): string =>
  whole.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
