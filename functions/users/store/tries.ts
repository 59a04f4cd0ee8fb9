import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Key, Table } from '../../../shared/dynamo.ts';
import { instantAfter, timeToLive } from '../../../shared/time.ts';
import { rememberedSeconds, waitAfter, type TryKind } from '../domain/tries.ts';

/** Whose tries are counted: a mail address, known or not, or a network. */
export interface Tried {
  kind: TryKind;
  who: string;
}

/** Wrong tries in a row, and until when nobody is heard; null when nothing is to be waited for. */
const Tries = z.object({ tries: z.int(), lockedUntil: z.string().nullable().default(null) });
export type Tries = z.infer<typeof Tries>;

export interface TryStore {
  find(tried: Tried): Promise<Tries | undefined>;
  /** Counts a wrong try; from `allowed` in a row on, whoever tries waits. */
  countWrong(tried: Tried, allowed: number): Promise<void>;
  forget(tried: Tried): Promise<void>;
}

/** A digest, so that the table does not list who was tried. Addresses can be guessed by it: the items live a day. */
const triesKey = ({ kind, who }: Tried): Key => ({
  pk: `TRIES#${createHash('sha256').update(`${kind}/${who}`).digest('base64url')}`,
  sk: 'TRIES',
});

export const tryStore = (table: Table): TryStore => {
  const count = async (key: Key): Promise<number> => {
    const ttl = timeToLive(table.now(), rememberedSeconds);
    for (;;) {
      const counted = await table.update(key, {
        UpdateExpression: 'SET #ttl = :ttl ADD tries :one',
        ConditionExpression: '#ttl > :now',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':ttl': ttl, ':one': 1, ':now': timeToLive(table.now(), 0) },
      });
      if (counted) return Tries.parse(counted).tries;
      // The first one, or the last was so long ago that it is forgotten, though the item may still be there.
      const first = await table.put(
        { ...key, tries: 1, ttl },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':now': timeToLive(table.now(), 0) },
        },
      );
      if (first) return 1;
    }
  };
  return {
    async find(tried) {
      const item = await table.get(triesKey(tried));
      return item && Tries.parse(item);
    },
    async countWrong(tried, allowed) {
      const key = triesKey(tried);
      const tries = await count(key);
      const seconds = waitAfter(tries, allowed);
      if (seconds === 0) return;
      await table.update(key, {
        UpdateExpression: 'SET lockedUntil = :until',
        // Of tries at the same time the last one counts.
        ConditionExpression: 'tries = :tries',
        ExpressionAttributeValues: { ':until': instantAfter(table.now(), seconds * 1000), ':tries': tries },
      });
    },
    async forget(tried) {
      await table.update(triesKey(tried), {
        UpdateExpression: 'SET tries = :none REMOVE lockedUntil',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':none': 0 },
      });
    },
  };
};
