import * as z from 'zod';
import { digestOf } from '#shared/secrets.ts';
import { daySeconds } from '#shared/time.ts';

/** A device is known for so long after its last sign-in, in seconds. */
export const knownSeconds = 180 * daySeconds;

/** Maximum number of known devices per person; a new one replaces the least recently used. */
export const maxDevices = 20;

/**
 * What a client may send with its next sign-in, so that strangers who guess do not lock it out (OWASP: slow down online
 * guessing attacks with device cookies). It opens nothing: `<subject>.<256 random bits>`.
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

/** Undefined for a text that was never a device token of ours. */
export const parseDeviceToken = (token: string): { subject: string; digest: string } | undefined => {
  const parts = Parts.safeParse(token.split('.'));
  return parts.success ? { subject: parts.data[0], digest: digestOf(parts.data[1]) } : undefined;
};

export const formatDeviceToken = (subject: string, secret: string): string => `${subject}.${secret}`;

/** The devices that a person signed in on, by the digests of their tokens. `expiresAt`: Unix seconds. */
export const Devices = z.object({
  devices: z.array(z.object({ digest: z.string(), expiresAt: z.int() })),
  /** Counts the writes: of two at the same time, one is refused. */
  revision: z.int(),
});
export type Devices = z.infer<typeof Devices>;

/** With a device that was used now, as the latest one. */
export const withDevice = ({ devices, revision }: Devices, digest: string, nowSeconds: number): Devices => ({
  devices: [
    { digest, expiresAt: nowSeconds + knownSeconds },
    ...devices.filter((each) => each.digest !== digest && each.expiresAt > nowSeconds),
  ].slice(0, maxDevices),
  revision: revision + 1,
});

/** With no device but that one. */
export const withOnly = ({ devices, revision }: Devices, digest: string): Devices => ({
  devices: devices.filter((each) => each.digest === digest),
  revision: revision + 1,
});

export const isKnown = ({ devices }: Devices, digest: string, nowSeconds: number): boolean =>
  devices.some((each) => each.digest === digest && each.expiresAt > nowSeconds);
