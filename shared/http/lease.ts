import type { Table } from '../table.ts';
import { type Bucket, latestFullAt, tokensLeft } from './token-bucket.ts';

/** Names a bucket: whose it is, and for which kind of limit. */
export interface BucketKey {
  pk: string;
  sk: string;
}

/** Stores the buckets. Each write returns the new `fullAt`, or undefined when its condition failed. */
export interface BucketStore {
  /** Takes tokens from a bucket that is full at `now`. */
  takeFromFull(key: BucketKey, take: { now: number; costMs: number; ttl: number }): Promise<number | undefined>;
  /** Takes tokens from a bucket that is not full and whose `fullAt` is at most `latest`. */
  takeFromRest(
    key: BucketKey,
    take: { now: number; costMs: number; latest: number; ttl: number },
  ): Promise<number | undefined>;
  fullAt(key: BucketKey): Promise<number | undefined>;
}

/** Tokens that one container may spend before `until`, and the state of the bucket after they were taken. */
export interface Lease {
  tokens: number;
  until: number;
  fullAt: number;
}

/** A full bucket is deleted this many seconds later, since clocks may differ. */
const forgottenAfterSeconds = 60;

/**
 * Leases a batch, or the tokens that are left; no tokens when there are none. Takes one write as long as `known`, the
 * state that this container last saw, is still of the same kind (full or not); reads only when the bucket is nearly
 * empty.
 */
export const lease = async (
  store: BucketStore,
  key: BucketKey,
  bucket: Bucket,
  now: number,
  known: number | undefined,
): Promise<Lease> => {
  const { size, intervalMs, batch, leaseMs } = bucket;
  const ttl = Math.ceil((now + size * intervalMs) / 1000) + forgottenAfterSeconds;
  const fromFull = () => store.takeFromFull(key, { now, costMs: batch * intervalMs, ttl });
  const fromRest = (tokens = batch) =>
    store.takeFromRest(key, {
      now,
      costMs: tokens * intervalMs,
      latest: latestFullAt(bucket, tokens, now),
      ttl,
    });
  const until = now + leaseMs;

  const isFull = known === undefined || known <= now;
  const taken = isFull ? ((await fromFull()) ?? (await fromRest())) : ((await fromRest()) ?? (await fromFull()));
  if (taken !== undefined) return { tokens: batch, until, fullAt: taken };

  const standing = (await store.fullAt(key)) ?? now;
  const left = Math.min(batch, tokensLeft(bucket, standing, now));
  const rest = left > 0 ? await fromRest(left) : undefined;
  return rest === undefined ? { tokens: 0, until, fullAt: standing } : { tokens: left, until, fullAt: rest };
};

/** Keeps buckets in a context's own table, as items without a version, which the stream does not publish. */
export const bucketsIn = (table: Pick<Table, 'get' | 'update'>): BucketStore => {
  const fullAtOf = (item: Record<string, unknown> | undefined): number | undefined =>
    typeof item?.fullAt === 'number' ? item.fullAt : undefined;
  const names = { '#ttl': 'ttl' };
  return {
    async takeFromFull(key, { now, costMs, ttl }) {
      const item = await table.update(key, {
        UpdateExpression: 'SET fullAt = :fullAt, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(fullAt) OR fullAt <= :now',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':fullAt': now + costMs, ':now': now, ':ttl': ttl },
      });
      return fullAtOf(item);
    },
    async takeFromRest(key, { now, costMs, latest, ttl }) {
      const item = await table.update(key, {
        UpdateExpression: 'SET fullAt = fullAt + :cost, #ttl = :ttl',
        ConditionExpression: 'fullAt > :now AND fullAt <= :latest',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':cost': costMs, ':now': now, ':latest': latest, ':ttl': ttl },
      });
      return fullAtOf(item);
    },
    fullAt: async (key) => fullAtOf(await table.get(key)),
  };
};
