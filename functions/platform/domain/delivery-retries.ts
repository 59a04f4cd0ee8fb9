import { minuteMs } from '#shared/time.ts';

/** The parts of an attempt's outcome that decide what happens next. */
export interface AttemptEnd {
  /** HTTP status; null: no response. */
  status: number | null;
  /** `Retry-After` header of the response. */
  retryAfter: string | undefined;
}

/** Longest `Retry-After` that is honoured. */
const longestRetryAfterMs = 60 * minuteMs;

/** Longest pause of a slow webhook. */
const longestPauseMs = 15 * minuteMs;

/** Largest share of jitter added to a wait, so that deliveries that failed together are not retried together. */
const jitterShare = 0.1;

/** Statuses of a server that is overloaded, or whose upstream does not respond. */
const slowStatuses: readonly number[] = [429, 502, 503, 504];

/** Only 2xx is a success. Redirects are not followed, so they count as failures. */
export const isSuccess = ({ status }: AttemptEnd): boolean => status !== null && status >= 200 && status < 300;

export const isGone = ({ status }: AttemptEnd): boolean => status === 410;

/** Whether to slow down the webhook as a whole, not only this delivery. */
export const isSlow = ({ status }: AttemptEnd): boolean => status === null || slowStatuses.includes(status);

/**
 * Returns the wait that `Retry-After` asks for, as seconds or an HTTP date (RFC 9110, section 10.2.3), capped at an
 * hour. In milliseconds; 0 if the header is missing or malformed.
 */
export const retryAfterMs = (header: string | undefined, now: Date): number => {
  const said = header?.trim() ?? '';
  const asked = /^\d{1,10}$/.test(said) ? Number(said) * 1000 : dateOf(said) - now.getTime();
  return Number.isNaN(asked) ? 0 : Math.max(0, Math.min(longestRetryAfterMs, asked));
};

/** Parses an IMF-fixdate, the only date format that servers still generate. */
const dateOf = (text: string): number => (/^[A-Z][a-z]{2}, \d\d /.test(text) ? Date.parse(text) : Number.NaN);

/**
 * Returns the wait before the next attempt of a delivery, in milliseconds; undefined: no attempts are left.
 * @param plan waits after the first attempt, the second and so on, in seconds
 * @param made attempts so far, including the latest
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
 * Returns how long a slow webhook is paused, in milliseconds: the first retry wait, doubled with each further slow
 * attempt up to three times the second wait and at most 15 minutes; longer if `Retry-After` asks for it.
 */
export const pauseAfter = (plan: readonly number[], slowAttempts: number, end: AttemptEnd, now: Date): number => {
  const [first = 0, second = 0] = plan;
  const grown = first * 1000 * 2 ** Math.min(20, slowAttempts - 1);
  return Math.max(Math.min(grown, 3 * second * 1000, longestPauseMs), retryAfterMs(end.retryAfter, now));
};
