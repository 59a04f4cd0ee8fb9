import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { isNew, type Item, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { batchesIn, packedOf, PackedReadings } from '../domain/packed-readings.ts';
import { type DatedReading, PostReading, ReadingBatch, readingsByPost } from '../domain/reading.ts';
import { isFinal } from '../domain/reading-ages.ts';
import type { Cohort } from '../domain/tracked-post.ts';
import { pack, unpack } from './packed.ts';

/**
 * Readings from X: one item for each look-up and day of publication, written once, and all of a day packed when it is
 * final.
 */
export interface ReadingStore {
  /** Stores a batch, unless that of the same look-up is stored already. */
  add(batch: ReadingBatch, author: Author): Promise<void>;
  /** Returns all readings of an account's posts of a day. */
  ofCohort(cohort: Cohort): Promise<ReadingBatch[]>;
  /** Returns all readings of a post, oldest first, from one item once its day is packed. */
  ofPost(cohort: Cohort, postId: string): Promise<DatedReading[]>;
  /**
   * Packs all readings of an account's posts of a day, and keeps them for `keptDays` from that day on; the batches
   * expire on their own.
   * @param batches all of the cohort
   */
  pack(cohort: Cohort, batches: readonly ReadingBatch[], keptDays: number): Promise<void>;
  isPacked(cohort: Cohort): Promise<boolean>;
  /** Returns all readings of a workspace's posts of a day. @param day of their publication (UTC) */
  ofDay(workspaceId: string, day: string): Promise<ReadingBatch[]>;
  /** Returns the first day after `day` (empty: of all) on which posts were published; undefined after the last. */
  dayAfter(workspaceId: string, day: string): Promise<string | undefined>;
}

const prefixOf = (day: string, accountId = ''): string => `READINGS#${day}#${accountId}`;

/** Prefix of the keys of packs: they sort after the batches of their account and day, each by its first post. */
const packPrefix = ({ day, accountId }: Pick<Cohort, 'day' | 'accountId'>): string =>
  `${prefixOf(day, accountId)}#PACKED#`;

/** Batches expire this long after their day: weeks after it is packed, so that there is time to repair failures. */
export const batchDays = 90;

const endOf = (day: string, days: number): number => timeToLive(new Date(`${day}T00:00:00.000Z`), days * daySeconds);

const Content = z.array(PostReading);

/** Returns the batch in an item; also for the events of the stream. */
export const batchOf = (item: Item): ReadingBatch =>
  ReadingBatch.parse({ ...item, readings: unpack(Content, item.packed) });

/** Returns what an item holds: a batch, or the batches packed into it. */
const batchesOf = (item: Item): ReadingBatch[] => {
  if (item.type !== 'packed_readings') return [batchOf(item)];
  return batchesIn(unpack(PackedReadings, item.packed), Place.parse(item));
};

const Place = ReadingBatch.pick({ workspaceId: true, accountId: true, day: true });

/**
 * Returns the packs of an account's day if it has any, otherwise its batches: until these expire, both hold the same.
 */
const unpacked = (items: readonly Item[]): ReadingBatch[] => {
  const packed = new Set(items.filter(({ type }) => type === 'packed_readings').map(({ accountId }) => accountId));
  return items.filter(({ type, accountId }) => type === 'packed_readings' || !packed.has(accountId)).flatMap(batchesOf);
};

export const readingStore = (table: Table): ReadingStore => {
  const under = async (workspaceId: string, prefix: string) => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
      // What was read a moment ago decides what is read next.
      ConsistentRead: true,
    });
    return unpacked(items);
  };
  const ofCohort = async ({ workspaceId, day, accountId }: Cohort): Promise<ReadingBatch[]> =>
    under(workspaceId, `${prefixOf(day, accountId)}#`);
  /** Returns the only pack that a post can be in: the last one whose first post is not after it. */
  const findPack = async (cohort: Cohort, postId: string): Promise<Item | undefined> => {
    const first = packPrefix(cohort);
    const [item] = await table.queryFirst(
      {
        KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':workspace': cohort.workspaceId, ':first': first, ':last': first + postId },
        ScanIndexForward: false,
      },
      1,
    );
    return item;
  };
  return {
    async add({ workspaceId, accountId, day, measuredAt, readings }, { actor, correlationId }) {
      const sk = `${prefixOf(day, accountId)}#${measuredAt}#${readings[0]?.postId ?? ''}`;
      const item = {
        ...{ pk: workspaceId, sk, type: 'readings', workspaceId, accountId, day, measuredAt },
        ...{ version: 1, changedBy: actor, correlationId },
        packed: pack(readings),
        ttl: endOf(day, batchDays),
      };
      await table.put(item, isNew);
    },
    ofCohort,
    async ofPost(cohort, postId) {
      const item = isFinal(cohort.day, table.now()) ? await findPack(cohort, postId) : undefined;
      return readingsByPost(item ? batchesOf(item) : await ofCohort(cohort)).get(postId) ?? [];
    },
    async pack(cohort, batches, keptDays) {
      const { workspaceId, accountId, day } = cohort;
      const items = packedOf(batches).map((packed) => ({
        ...{ pk: workspaceId, sk: packPrefix(cohort) + (packed.posts[0]?.postId ?? ''), type: 'packed_readings' },
        ...{ workspaceId, accountId, day },
        packed: pack(packed),
        ttl: endOf(day, keptDays),
      }));
      const [only] = items;
      // Never overwritten: written again later, a pack could hold less, since batches expire. Several are written all
      // or nothing, since whoever finds one takes the day for packed. A transaction has room for 10,000 posts, as many
      // as X accepts from an app in a day.
      if (items.length > 1) await table.transact(items.map((put) => ({ put, condition: isNew })));
      else if (only) await table.put(only, isNew);
    },
    // `~` sorts after all ids of posts.
    isPacked: async (cohort) => (await findPack(cohort, '~')) !== undefined,
    async dayAfter(workspaceId, day) {
      const [item] = await table.queryFirst(
        {
          KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':workspace': workspaceId,
            // `~` sorts after all keys of the day.
            ':first': day === '' ? 'READINGS#' : `READINGS#${day}~`,
            ':last': 'READINGS#~',
          },
        },
        1,
      );
      return item && Place.parse(item).day;
    },
    ofDay: (workspaceId, day) => under(workspaceId, prefixOf(day)),
  };
};
