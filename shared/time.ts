import * as z from 'zod';

/** An instant in UTC: RFC 3339 with `Z`, milliseconds at most. */
export const Instant = z.iso
  .datetime({ offset: false, precision: undefined, message: 'must be an instant in UTC such as 2026-11-22T09:03:00Z' })
  .max(24)
  .meta({ description: 'Instant in UTC (RFC 3339)', examples: ['2026-11-22T09:03:00Z'] });

/** An IANA zone name. Whether the zone exists is checked where it is used, since the list of zones is Node's own. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, 'must be an IANA time zone such as Europe/Berlin')
  .meta({ description: 'IANA time zone', examples: ['Europe/Berlin'] });

/** The clock as a value: code takes it as a parameter, so that tests and simulations bring their own. */
export type Clock = () => Date;

/** `date` moved by `milliseconds`, as an instant in UTC. */
export const instantAfter = (date: Date | string, milliseconds: number): string =>
  new Date(new Date(date).getTime() + milliseconds).toISOString();

/** Unix seconds, DynamoDB's form of a time to live, `seconds` after `date`. */
export const timeToLive = (date: Date, seconds: number): number => Math.floor(date.getTime() / 1000) + seconds;
