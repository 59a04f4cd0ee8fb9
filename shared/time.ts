import * as z from 'zod';

/** The error message for a malformed text; a missing one keeps the default message. */
const form = (message: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : message),
});

/** An instant in UTC: RFC 3339 with `Z`, milliseconds at most. */
export const Instant = z.iso
  .datetime({ offset: false, precision: undefined, ...form('must be a UTC time such as 2026-11-22T09:03:00Z') })
  .max(24)
  .meta({ description: 'Time in UTC (RFC 3339)', examples: ['2026-11-22T09:03:00Z'] });

/** A time and its offset from UTC, as RFC 3339 has it in section 5.6: letters of either case. */
const withOffset = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** The same in UTC, with milliseconds at most; a text that is not such a time stays, and is refused. */
const inUtc = (text: string): string => {
  const written = text.toUpperCase().replace(/(\.\d{3})\d+/, '$1');
  if (!z.iso.datetime({ offset: true }).safeParse(written).success) return text;
  return /(?:Z|[+-]00:00)$/.test(written)
    ? written.replace(/[+-]00:00$/, 'Z')
    : new Date(written).toISOString().replace('.000Z', 'Z');
};

/** An instant as a request names it: with any offset from UTC, in letters of either case. It is kept as UTC. */
export const AskedInstant = z
  .string()
  .max(35, { abort: true })
  // An unencoded plus sign in a query arrives as a blank.
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

/** An IANA zone name. Whether the zone exists is checked where it is used, since the list of zones is Node's own. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64, { abort: true })
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be an IANA time zone such as Europe/Berlin')
  .meta({
    description: 'IANA time zone name; no abbreviation such as EST, no UTC offset',
    examples: ['Europe/Berlin'],
  });

/** The clock as a value: code takes it as a parameter, so that tests and simulations bring their own. */
export type Clock = () => Date;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** A day of 24 hours. */
export const daySeconds = 86_400;
export const dayMs = daySeconds * 1000;

/** The day in UTC, such as `2026-11-22`. */
export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** RFC 3339 writes a year with four digits: the first and the last millisecond of those. */
const firstInstantMs = Date.parse('0000-01-01T00:00:00.000Z');
const lastInstantMs = Date.parse('9999-12-31T23:59:59.999Z');

/** A time in Unix milliseconds as an instant in UTC; what lies beyond the years of RFC 3339 is the nearest that it can write. */
export const instantAt = (at: number): string =>
  new Date(Math.max(firstInstantMs, Math.min(at, lastInstantMs))).toISOString();

/** `date` moved by `milliseconds`, as an instant in UTC. */
export const instantAfter = (date: Date | string, milliseconds: number): string =>
  instantAt(new Date(date).getTime() + milliseconds);

/** Unix seconds, DynamoDB's form of a time to live, `seconds` after `date`. */
export const timeToLive = (date: Date, seconds: number): number => Math.floor(date.getTime() / 1000) + seconds;
