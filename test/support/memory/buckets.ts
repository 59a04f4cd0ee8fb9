import type { BucketStore } from '#shared/http/lease.ts';

/** Token buckets in memory, written under the same conditions as in a table. During `pause`, others may act. */
export const memoryBuckets = (pause: (what: string) => Promise<unknown> = async () => undefined) => {
  const states = new Map<string, number>();
  const idOf = ({ pk, sk }: { pk: string; sk: string }): string => `${pk} ${sk}`;
  const counted = { calls: 0, isDown: false };
  const reach = async (what: string): Promise<void> => {
    counted.calls += 1;
    await pause(what);
    if (counted.isDown) throw new Error('The table cannot be reached');
  };
  const store: BucketStore = {
    async takeFromFull(key, { now, costMs }) {
      await reach('full');
      if ((states.get(idOf(key)) ?? 0) > now) return undefined;
      states.set(idOf(key), now + costMs);
      return now + costMs;
    },
    async takeFromRest(key, { now, costMs, latest }) {
      await reach('rest');
      const fullAt = states.get(idOf(key));
      if (fullAt === undefined || fullAt <= now || fullAt > latest) return undefined;
      states.set(idOf(key), fullAt + costMs);
      return fullAt + costMs;
    },
    async fullAt(key) {
      await reach('read');
      return states.get(idOf(key));
    },
  };
  return { store, counted, keys: () => [...states.keys()] };
};
