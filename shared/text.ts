import * as z from 'zod';

/** A text with something to read in it, without the blanks around it; the longest that is taken, in UTF-16 units. */
export const text = (longest: number) =>
  z.string().regex(/\S/, { message: 'must not be blank', abort: true }).trim().min(1).max(longest, { abort: true });
