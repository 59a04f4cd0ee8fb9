import * as z from 'zod';
import { digestOf } from '#shared/secrets.ts';
import { daySeconds } from '#shared/time.ts';

/** How long a device is trusted after its last sign-in, in seconds. */
export const knownSeconds = 180 * daySeconds;

/** Most trusted devices per person; a new one replaces the least recently used. */
export const maxDevices = 20;

/**
 * Token that a client can send with its next sign-in, so that guessing by strangers does not lock it out (OWASP: slow
 * down online guessing attacks with device cookies). It gives no access: `<subject>.<256 random bits>`.
 */
export const DeviceToken = z
  .string()
  .max(120, { abort: true })
  .regex(/^[\w.-]+$/, 'must be a device token, unchanged')
  .meta({
    description:
      'Identifies a trusted device. Send it with each sign-in, so that failed attempts by others do not lock you out',
  });

const parts = /^(?<subject>[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.(?<secret>[\w-]{43})$/;

/** Parses a device token; undefined if it is malformed. */
export const parseDeviceToken = (token: string): { subject: string; digest: string } | undefined => {
  const { subject, secret } = parts.exec(token)?.groups ?? {};
  return subject === undefined || secret === undefined ? undefined : { subject, digest: digestOf(secret) };
};

/** Returns the token of a new device of a person, and its digest. @param secret 256 random bits */
export const newDevice = (subject: string, secret: string): { deviceToken: string; digest: string } => ({
  deviceToken: formatDeviceToken(subject, secret),
  digest: digestOf(secret),
});

const formatDeviceToken = (subject: string, secret: string): string => `${subject}.${secret}`;

/** Trusted devices of a person: until when (Unix seconds), by the digests of their tokens. */
export const Devices = z.record(z.string(), z.int());
export type Devices = z.infer<typeof Devices>;

export const isTrusted = (devices: Devices, digest: string, nowSeconds: number): boolean =>
  (devices[digest] ?? 0) > nowSeconds;

/** Returns one of the devices, or none if it is not among them. */
export const only = (devices: Devices, digest: string | null = null): Devices =>
  Object.fromEntries(Object.entries(devices).filter(([each]) => each === digest));

/**
 * Digests of the devices to forget when one is used: those no longer trusted, and the least recently used above the
 * limit.
 */
export const toForget = (devices: Devices, used: string, nowSeconds: number): string[] =>
  Object.entries(devices)
    .filter(([digest]) => digest !== used)
    .sort(([, one], [, other]) => other - one)
    .filter(([, expiresAt], place) => place >= maxDevices - 1 || expiresAt <= nowSeconds)
    .map(([digest]) => digest);
