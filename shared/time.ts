import * as z from 'zod';

/** The error message for a malformed value; a missing one keeps the default message. */
const form = (message: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : message),
});

/** An instant in UTC: RFC 3339 with `Z`, at most millisecond precision. */
export const Instant = z.iso
  .datetime({ offset: false, precision: undefined, ...form('must be a UTC time such as 2026-11-22T09:03:00Z') })
  .max(24)
  .meta({ description: 'Time in UTC (RFC 3339)', examples: ['2026-11-22T09:03:00Z'] });

/** A time with its offset from UTC (RFC 3339, section 5.6), with letters in either case. */
const withOffset = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/**
 * Converts to UTC, truncated to milliseconds. A text that is not a valid time is returned unchanged, to be refused
 * later.
 */
const inUtc = (text: string): string => {
  const written = text.toUpperCase().replace(/(\.\d{3})\d+/, '$1');
  if (!z.iso.datetime({ offset: true }).safeParse(written).success) return text;
  return /(?:Z|[+-]00:00)$/.test(written)
    ? written.replace(/[+-]00:00$/, 'Z')
    : new Date(written).toISOString().replace('.000Z', 'Z');
};

/** An instant in a request: with any UTC offset, and letters in either case. Stored as UTC. */
export const AskedInstant = z
  .string()
  .max(35, { abort: true })
  // An unencoded plus sign in a query arrives as a space.
  .overwrite((text) => text.replace(/ (?=\d\d:\d\d$)/, '+'))
  .regex(withOffset, {
    error: 'must be a time such as 2026-11-22T09:03:00Z or 2026-11-22T10:03:00+01:00',
    abort: true,
  })
  .overwrite(inUtc)
  .check(({ value, issues }) => {
    if (Instant.safeParse(value).success) return;
    const message = 'must be a time that exists';
    issues.push({ code: 'invalid_format', format: 'datetime', input: value, message });
  })
  .meta({
    description: 'Time with any UTC offset (RFC 3339); stored as UTC',
    format: 'date-time',
    examples: ['2026-11-22T09:03:00Z'],
  });

/** An IANA zone name. Whether the zone exists is checked where it is used, against Node's own list. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64, { abort: true })
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be an IANA time zone such as Europe/Berlin')
  .meta({
    description: 'IANA time zone name; no abbreviation such as EST, no UTC offset',
    examples: ['Europe/Berlin'],
  });

/** The clock, passed as a parameter so that tests and simulations can use their own. */
export type Clock = () => Date;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** A day of 24 hours. */
export const daySeconds = 86_400;
export const dayMs = daySeconds * 1000;

/** Returns the day in UTC, such as `2026-11-22`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** The first and last millisecond of RFC 3339's four-digit years. */
const firstInstantMs = Date.parse('0000-01-01T00:00:00.000Z');
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

/** Formats Unix milliseconds as an instant in UTC, clamped to the years that RFC 3339 can express. */
export const instantAt = (at: number): string =>
  new Date(Math.max(firstInstantMs, Math.min(at, lastInstantMs))).toISOString();

/** Returns `date` moved by `milliseconds`, as an instant in UTC. */
export const instantAfter = (date: Date | string, milliseconds: number): string =>
  instantAt(new Date(date).getTime() + milliseconds);

/** Returns DynamoDB's time to live (Unix seconds), `seconds` after `date`. */
export const timeToLive = (date: Date, seconds: number): number => Math.floor(date.getTime() / 1000) + seconds;
