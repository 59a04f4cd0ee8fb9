import * as z from 'zod';

/** A text with something to read in it, without the blanks around it; the longest that is taken, in UTF-16 units. */
export const text = (longest: number) =>
  z.string().regex(/\S/, { message: 'must not be blank', abort: true }).trim().min(1).max(longest, { abort: true });

/** The beginning of a text, at most so many UTF-16 units: no pair of surrogates is cut apart. */
export const beginningOf = (whole: string, longest: number): string =>
  whole.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');

/** A number of things as people read it: `1 post`, `1,240 posts`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
