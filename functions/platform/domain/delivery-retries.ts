import { minuteMs } from '#shared/time.ts';

/** How an attempt ended, as far as what follows goes by it. */
export interface AttemptEnd {
  /** HTTP status; null: no answer. */
  status: number | null;
  /** `Retry-After` of the answer. */
  retryAfter: string | undefined;
}

/** A server may ask to be left alone for an hour; after that it is tried again. */
const longestRetryAfterMs = 60 * minuteMs;

/** A webhook that holds up attempts is left alone for no longer than this at a time. */
const longestPauseMs = 15 * minuteMs;

/** Part of a wait that is added to it by chance, so that what failed together does not come back together. */
const jitterShare = 0.1;

/** Statuses of a server that asks for less, or is behind one that does not answer. */
const slowStatuses: readonly number[] = [429, 502, 503, 504];

/** Only 2xx is a success: a redirect is not followed, and so not one. */
export const isSuccess = ({ status }: AttemptEnd): boolean => status !== null && status >= 200 && status < 300;

export const isGone = ({ status }: AttemptEnd): boolean => status === 410;

/** Whether the webhook as a whole is slowed down, and not this delivery alone. */
export const isSlow = ({ status }: AttemptEnd): boolean => status === null || slowStatuses.includes(status);

/**
 * How long a server asks to be left alone: seconds or an HTTP date (RFC 9110, section 10.2.3), capped at an hour. In
 * milliseconds; 0 where it says nothing that can be understood.
 */
export const retryAfterMs = (header: string | undefined, now: Date): number => {
  const said = header?.trim() ?? '';
  const asked = /^\d{1,10}$/.test(said) ? Number(said) * 1000 : dateOf(said) - now.getTime();
  return Number.isNaN(asked) ? 0 : Math.max(0, Math.min(longestRetryAfterMs, asked));
};

/** IMF-fixdate, the one form of a date that is still written. */
const dateOf = (text: string): number => (/^[A-Z][a-z]{2}, \d\d /.test(text) ? Date.parse(text) : Number.NaN);

/**
 * How long a delivery waits for its next attempt, in milliseconds; undefined: there is none.
 * @param plan the waits after the first attempt, the second and so on, in seconds
 * @param made attempts so far, the last one included
 * @param chance from 0 to 1
 */
export const waitAfter = (
  plan: readonly number[],
  made: number,
  end: AttemptEnd,
  now: Date,
  chance: number,
): number | undefined => {
  const planned = plan[made - 1];
  if (planned === undefined) return undefined;
  return Math.ceil(Math.max(planned * 1000, retryAfterMs(end.retryAfter, now)) * (1 + jitterShare * chance));
};

/**
 * How long nothing is sent to a webhook that was slow, in milliseconds: as long as the first retry waits, and twice as long
 * after each further slow attempt, up to a quarter of an hour, or what it asks for.
 */
export const pauseAfter = (plan: readonly number[], slowAttempts: number, end: AttemptEnd, now: Date): number => {
  const [first = 0, second = 0] = plan;
  const grown = first * 1000 * 2 ** Math.min(20, slowAttempts - 1);
  return Math.max(Math.min(grown, 3 * second * 1000, longestPauseMs), retryAfterMs(end.retryAfter, now));
};
