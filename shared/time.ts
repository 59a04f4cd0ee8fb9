import * as z from 'zod';

/** What a text must be; where there is none, that is said. */
const form = (message: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? undefined : message),
});

/** An instant in UTC: RFC 3339 with `Z`, milliseconds at most. */
export const Instant = z.iso
  .datetime({ offset: false, precision: undefined, ...form('must be an instant in UTC such as 2026-11-22T09:03:00Z') })
  .max(24)
  .meta({ description: 'Instant in UTC (RFC 3339)', examples: ['2026-11-22T09:03:00Z'] });

/** An instant as a request names it: UTC may be written `+00:00` as well, and of a second more than the milliseconds. */
export const AskedInstant = z.iso
  .datetime({ offset: true, abort: true, ...form('must be an instant in UTC such as 2026-11-22T09:03:00Z') })
  .max(35)
  .refine((instant) => /(?:Z|[+-]00:00)$/.test(instant), 'must be in UTC: it ends with Z or +00:00')
  .overwrite((instant) => instant.replace(/(\.\d{3})\d+/, '$1').replace(/[+-]00:00$/, 'Z'))
  .meta({ description: 'Instant in UTC (RFC 3339)', examples: ['2026-11-22T09:03:00Z'] });

/** An IANA zone name. Whether the zone exists is checked where it is used, since the list of zones is Node's own. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64, { abort: true })
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be an IANA time zone such as Europe/Berlin')
  .meta({ description: 'IANA time zone', examples: ['Europe/Berlin'] });

/** The clock as a value: code takes it as a parameter, so that tests and simulations bring their own. */
export type Clock = () => Date;

/** `date` moved by `milliseconds`, as an instant in UTC. */
export const instantAfter = (date: Date | string, milliseconds: number): string =>
  new Date(new Date(date).getTime() + milliseconds).toISOString();

/** Unix seconds, DynamoDB's form of a time to live, `seconds` after `date`. */
export const timeToLive = (date: Date, seconds: number): number => Math.floor(date.getTime() / 1000) + seconds;
