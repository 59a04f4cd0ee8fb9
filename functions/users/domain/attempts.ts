import * as z from 'zod';
import { dayMs, daySeconds } from '#shared/time.ts';

/** What is tried without being signed in. Each kind has its own tries. */
export const AttemptKind = z.enum(['sign_in', 'totp']);
export type AttemptKind = z.infer<typeof AttemptKind>;

/** Whose tries are counted together. */
export type AttemptSubject =
  /** All unknown devices, for one mail address, whether or not it is in use. */
  | { by: 'address'; kind: AttemptKind; email: string }
  /** One device that is known for its person: its slots are used by that device only. */
  | { by: 'device'; kind: AttemptKind; device: string }
  /** One sign-in of one person, or one invitation, whose bearer gives a password. */
  | { by: 'bearer'; kind: 'password' | 'totp'; bearer: string }
  /** A network: of each address that is tried wrongly from it, one a day. */
  | { by: 'network'; network: string };

const minuteMs = 60_000;

/** Maximum number at once, and one more per interval: the size of a token bucket (shared/http/token-bucket.ts). */
export interface Slots {
  size: number;
  intervalMs: number;
}

/**
 * Wrong tries at once, and one more per interval: 56 passwords within the first day and 48 within any later one, far
 * below the hundred in a row that NIST SP 800-63B (3.2.2) allows between two right ones of an honest owner. The
 * interval is longer than the quarter of an hour after which Cognito forgets, and the burst is so small that Cognito's
 * own lock-out, which exempts no one, lasts eight seconds at most (Cognito developer guide: lockout behavior).
 */
const passwords: Slots = { size: 8, intervalMs: 30 * minuteMs };

/** Six digits, three codes valid at a time: 29 tries within the first day, for someone who already has the password. */
const totpCodes: Slots = { size: 5, intervalMs: 60 * minuteMs };

/** How long an address that was tried wrongly from a network counts no further there, in seconds. */
export const countedSeconds = daySeconds;

/**
 * The slots that tries are taken from. `addressesPerNetwork`: the number of addresses that may be tried wrongly from a
 * network at once, and again within each day after that.
 */
export const slotsFor = (tried: AttemptSubject, addressesPerNetwork: number): Slots => {
  if (tried.by === 'network') {
    return { size: addressesPerNetwork, intervalMs: Math.ceil(dayMs / addressesPerNetwork) };
  }
  return tried.kind === 'totp' ? totpCodes : passwords;
};
