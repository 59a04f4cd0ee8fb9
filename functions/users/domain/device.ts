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

const Parts = z.tuple([z.uuid(), z.string().regex(/^[\w-]{43}$/)]);

/** Parses a device token; undefined if it is malformed. */
export const parseDeviceToken = (token: string): { subject: string; digest: string } | undefined => {
  const parts = Parts.safeParse(token.split('.'));
  return parts.success ? { subject: parts.data[0], digest: digestOf(parts.data[1]) } : undefined;
};

export const formatDeviceToken = (subject: string, secret: string): string => `${subject}.${secret}`;

/** Trusted devices of a person, by the digests of their tokens. `expiresAt`: Unix seconds. */
export const Devices = z.object({
  devices: z.array(z.object({ digest: z.string(), expiresAt: z.int() })),
  /** Incremented by each write, so that one of two concurrent writes fails. */
  revision: z.int(),
});
export type Devices = z.infer<typeof Devices>;

/** Adds a device as the most recently used one. */
export const withDevice = ({ devices, revision }: Devices, digest: string, nowSeconds: number): Devices => ({
  devices: [
    { digest, expiresAt: nowSeconds + knownSeconds },
    ...devices.filter((each) => each.digest !== digest && each.expiresAt > nowSeconds),
  ].slice(0, maxDevices),
  revision: revision + 1,
});

/** Removes all devices but one. */
export const withOnly = ({ devices, revision }: Devices, digest: string): Devices => ({
  devices: devices.filter((each) => each.digest === digest),
  revision: revision + 1,
});

export const isKnown = ({ devices }: Devices, digest: string, nowSeconds: number): boolean =>
  devices.some((each) => each.digest === digest && each.expiresAt > nowSeconds);
