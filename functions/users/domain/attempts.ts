import * as z from 'zod';
import { dayMs, daySeconds } from '#shared/time.ts';

/** What can be attempted without being signed in. Attempts are counted per kind. */
export const AttemptKind = z.enum(['sign_in', 'totp']);
export type AttemptKind = z.infer<typeof AttemptKind>;

/** Whose attempts are counted together. */
export type AttemptSubject =
  /** All untrusted devices, per email address, whether or not it has an account. */
  | { by: 'address'; kind: AttemptKind; email: string }
  /** One trusted device, which does not share its slots with others. */
  | { by: 'device'; kind: AttemptKind; device: string }
  /** One sign-in of a person, or one invitation, whose bearer enters a password. */
  | { by: 'bearer'; kind: 'password' | 'totp'; bearer: string }
  /** A network: counts each email address with failed attempts once a day. */
  | { by: 'network'; network: string };

const minuteMs = 60_000;

/** A token bucket: `size` attempts at the same time, and one more per interval (shared/http/token-bucket.ts). */
export interface Slots {
  size: number;
  intervalMs: number;
}

/**
 * Failed password attempts: 56 within the first day and 48 within any later one, far below the 100 consecutive ones
 * that NIST SP 800-63B (3.2.2) allows between two successful sign-ins of the owner. The interval is longer than the 15
 * minutes after which Cognito resets its own count, and the burst so small that Cognito's lock-out, which exempts no
 * one, lasts at most eight seconds (Cognito developer guide: lockout behavior).
 */
const passwords: Slots = { size: 8, intervalMs: 30 * minuteMs };

/** Six digits, three codes valid at a time: 29 attempts within the first day, for someone who has the password. */
const totpCodes: Slots = { size: 5, intervalMs: 60 * minuteMs };

/** For how long an address that was already counted for a network is not counted again, in seconds. */
export const countedSeconds = daySeconds;

/**
 * Returns the bucket for a subject. `addressesPerNetwork`: how many addresses can fail from one network at the same
 * time, and again within each following day.
 */
export const slotsFor = (tried: AttemptSubject, addressesPerNetwork: number): Slots => {
  if (tried.by === 'network') {
    return { size: addressesPerNetwork, intervalMs: Math.ceil(dayMs / addressesPerNetwork) };
  }
  return tried.kind === 'totp' ? totpCodes : passwords;
};
