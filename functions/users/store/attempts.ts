import { bucketsIn, lease } from '#shared/http/lease.ts';
import { type Bucket, nextTokenAt } from '#shared/http/token-bucket.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { type AttemptSubject, countedSeconds, slotsFor } from '../domain/attempts.ts';

/** A slot that was taken (`isLast`: the next one is not free yet), or the seconds until one is free. */
export type Slot = { isTaken: true; isLast: boolean } | { isTaken: false; waitSeconds: number };

/** Attempts at passwords and codes. An attempt takes a slot before it is checked; a successful one returns it. */
export interface AttemptStore {
  take(tried: AttemptSubject): Promise<Slot>;
  giveBack(tried: AttemptSubject): Promise<void>;
  /** Frees all slots. */
  forget(tried: AttemptSubject): Promise<void>;
  /** Whether an attempt at an address failed from a network within the last day. */
  isCounted(network: string, email: string): Promise<boolean>;
  /** Records that; false if it was already recorded. */
  count(network: string, email: string): Promise<boolean>;
}

/**
 * A digest, so that the table does not list addresses. They could still be guessed, but items are deleted after a day.
 */
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

/** Most attempts to lease a slot while others take and return slots concurrently. */
const maxLooks = 10;

/** @param addressesPerNetwork addresses that can fail from one network at the same time, and again within each day */
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
        // A slot was returned while this call leased none: try again.
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
