import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Devices, isKnown, knownSeconds, withDevice, withOnly } from '../domain/device.ts';

/** Trusted devices of people, which guessing by strangers does not lock out. */
export interface DeviceStore {
  isKnown(subject: string, digest: string): Promise<boolean>;
  /** Records that a person signed in on a new device. */
  remember(subject: string, digest: string): Promise<void>;
  /** Records that a person signed in on a trusted device; false if it is not trusted. */
  renew(subject: string, digest: string): Promise<boolean>;
  /** Forgets all devices of a person except `kept`. */
  forgetAll(subject: string, kept?: string | null): Promise<void>;
}

/** All devices of a person are in one item, so that the limit cannot be exceeded. */
export const devicesKey = (subject: string): Key => ({ pk: `PERSON#${subject}`, sk: 'DEVICES' });

const maxAttempts = 5;

export const deviceStore = (table: Table): DeviceStore => {
  const find = async (subject: string): Promise<Devices> => {
    const item = await table.get(devicesKey(subject));
    return item ? Devices.parse(item) : { devices: [], revision: 0 };
  };
  const nowSeconds = (): number => timeToLive(table.now(), 0);
  /** False if `next` changes nothing, or every attempt lost against a concurrent write. */
  const change = async (subject: string, next: (standing: Devices) => Devices | undefined): Promise<boolean> => {
    for (let tries = 1; tries <= maxAttempts; tries += 1) {
      const standing = await find(subject);
      const changed = next(standing);
      if (!changed) return false;
      const written = await table.put(
        { ...changed, ...devicesKey(subject), ttl: timeToLive(table.now(), knownSeconds) },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR revision = :read OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':read': standing.revision, ':now': nowSeconds() },
        },
      );
      if (written) return true;
    }
    return false;
  };
  return {
    isKnown: async (subject, digest) => isKnown(await find(subject), digest, nowSeconds()),
    async remember(subject, digest) {
      // If this fails, the device is merely not trusted, which is no reason to refuse the sign-in.
      await change(subject, (standing) => withDevice(standing, digest, nowSeconds()));
    },
    renew: (subject, digest) =>
      change(subject, (standing) =>
        isKnown(standing, digest, nowSeconds()) ? withDevice(standing, digest, nowSeconds()) : undefined,
      ),
    async forgetAll(subject, kept = null) {
      if (kept !== null && (await change(subject, (standing) => withOnly(standing, kept)))) return;
      await table.delete(devicesKey(subject));
    },
  };
};
