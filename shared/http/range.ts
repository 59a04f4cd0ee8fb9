import type * as z from 'zod';
import { counted } from '../text.ts';
import { dayMs } from '../time.ts';

interface Ends {
  from?: string | number | undefined;
  to?: string | number | undefined;
}

interface Length {
  /** From one end to the other. */
  days: number;
  /** As people say it, where that is not in days. */
  said?: string;
}

interface RangeRules {
  /** The longest range that is taken. */
  atMost?: Length;
  /** A range must not end where it begins. */
  isSpan?: true;
}

/** What an end is compared by: instants and days by their time, numbers by themselves. */
const placeOf = (end: string | number): number => (typeof end === 'number' ? end : Date.parse(end));

/**
 * The rule of every range that a request names by `from` and `to`: it does not end before it begins, and where it does,
 * both ends are named. To be put to the object that holds them: `.check(range())`.
 */
export const range =
  ({ atMost, isSpan }: RangeRules = {}) =>
  ({ value: { from, to }, issues }: z.core.ParsePayload<Ends>): void => {
    if (from === undefined || to === undefined) return;
    const length = placeOf(to) - placeOf(from);
    const refuse = (end: 'from' | 'to', message: string) =>
      void issues.push({ code: 'custom', path: [end], message, input: end === 'from' ? from : to });
    // An end that is not a time is reported by its own field.
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
