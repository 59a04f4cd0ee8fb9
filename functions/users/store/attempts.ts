import { bucketsIn, lease } from '#shared/http/lease.ts';
import { type Bucket, nextTokenAt } from '#shared/http/token-bucket.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { type AttemptSubject, countedSeconds, slotsFor } from '../domain/attempts.ts';

/** A slot that was taken (`isLast`: no more slots for a while), or the number of seconds until one is free. */
export type Slot = { isTaken: true; isLast: boolean } | { isTaken: false; waitSeconds: number };

/** Tries at passwords and codes. A try takes a slot before it is looked at, and a right one gives it back. */
export interface AttemptStore {
  take(tried: AttemptSubject): Promise<Slot>;
  giveBack(tried: AttemptSubject): Promise<void>;
  /** All slots are there again. */
  forget(tried: AttemptSubject): Promise<void>;
  /** Whether an address was tried wrongly from a network within the last day. */
  isCounted(network: string, email: string): Promise<boolean>;
  /** Takes that down; false when it was down already. */
  count(network: string, email: string): Promise<boolean>;
}

/** A digest, so that the table does not list who was tried. Addresses can be guessed by it: the items live a day. */
const keyOf = (kind: string, ...whose: string[]): Key => ({
  pk: `TRIES#${digestOf([kind, ...whose].join('/'))}`,
  sk: 'TRIES',
});

const triesKey = (tried: AttemptSubject): Key => {
  if (tried.by === 'network') return keyOf('network', tried.network);
  if (tried.by === 'address') return keyOf('address', tried.kind, tried.email);
  return tried.by === 'device' ? keyOf('device', tried.kind, tried.device) : keyOf('bearer', tried.kind, tried.bearer);
};

const countedKey = (network: string, email: string): Key => keyOf('counted', network, email);

/** How often a bucket is looked at that has slots, while others take and give back at the same time. */
const maxLooks = 10;

/** @param addressesPerNetwork addresses that may be tried wrongly from one network at once, and again within a day */
export const attemptStore = (table: Table, addressesPerNetwork: number): AttemptStore => {
  const buckets = bucketsIn(table);
  const bucketOf = (tried: AttemptSubject): Bucket => ({
    ...slotsFor(tried, addressesPerNetwork),
    batch: 1,
    leaseMs: 0,
  });
  return {
    async take(tried) {
      const bucket = bucketOf(tried);
      for (let looks = 1; ; looks += 1) {
        const now = table.now().getTime();
        const { tokens, fullAt } = await lease(buckets, triesKey(tried), bucket, now, undefined);
        const waitMs = nextTokenAt(bucket, fullAt) - now;
        if (tokens > 0) return { isTaken: true, isLast: waitMs > 0 };
        // A slot that came back between two looks of the lease was seen by neither.
        if (waitMs > 0 || looks === maxLooks) {
          return { isTaken: false, waitSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
        }
      }
    },
    async giveBack(tried) {
      await table.update(triesKey(tried), {
        UpdateExpression: 'SET fullAt = fullAt - :slot',
        ConditionExpression: 'attribute_exists(fullAt)',
        ExpressionAttributeValues: { ':slot': bucketOf(tried).intervalMs },
      });
    },
    forget: (tried) => table.delete(triesKey(tried)),
    isCounted: async (network, email) => (await table.get(countedKey(network, email))) !== undefined,
    count: (network, email) =>
      table.put(
        { ...countedKey(network, email), ttl: timeToLive(table.now(), countedSeconds) },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':now': timeToLive(table.now(), 0) },
        },
      ),
  };
};
