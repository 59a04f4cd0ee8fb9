import type * as z from 'zod';
import { counted } from '../text.ts';
import { dayMs } from '../time.ts';

interface Ends {
  from?: string | number | undefined;
  to?: string | number | undefined;
}

interface Length {
  days: number;
  /** The length for the message, where it is not in days. */
  said?: string;
}

interface RangeRules {
  /** Maximum length. */
  atMost?: Length;
  /** A range must not end where it begins. */
  isSpan?: true;
}

/** Returns the number by which an end is compared: instants and days by their time. */
const placeOf = (end: string | number): number => (typeof end === 'number' ? end : Date.parse(end));

/**
 * Checks a range that a request names by `from` and `to`: it must not end before it begins. The error names both ends.
 * Applied to the object that holds them: `.check(range())`.
 */
export const range =
  ({ atMost, isSpan }: RangeRules = {}) =>
  ({ value: { from, to }, issues }: z.core.ParsePayload<Ends>): void => {
    if (from === undefined || to === undefined) return;
    const length = placeOf(to) - placeOf(from);
    const refuse = (end: 'from' | 'to', message: string) =>
      void issues.push({ code: 'custom', path: [end], message, input: end === 'from' ? from : to });
    // An end that is not a time gives NaN here, and is reported by its own field.
    if (length < 0) {
      refuse('from', 'must not be after to');
      refuse('to', 'must not be before from');
    } else if (length === 0 && isSpan) {
      refuse('from', 'must be before to');
      refuse('to', 'must be after from');
    } else if (atMost && length > atMost.days * dayMs) {
      refuse('to', `must be at most ${atMost.said ?? counted(atMost.days, 'day')} after from`);
    }
  };
