import * as z from 'zod';

/** Schema of a trimmed text that is not blank. @param longest in UTF-16 units */
export const text = (longest: number) =>
  z.string().regex(/\S/, { message: 'must not be blank', abort: true }).trim().min(1).max(longest, { abort: true });

/** Returns the beginning of a text, at most so many UTF-16 units, without splitting a surrogate pair. */
export const beginningOf = (whole: string, longest: number): string =>
  whole.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');

/** Formats a number of things: `1 post`, `1,240 posts`. */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
