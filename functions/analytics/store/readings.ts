import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { isNew, type Item, type Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { PostReading, ReadingBatch } from '../domain/reading.ts';
import type { Cohort } from '../domain/tracked-post.ts';
import { keptSeconds } from './kept.ts';
import { pack, unpack } from './packed.ts';

/** What was read from X: one item for each look-up and day of publication, written once. */
export interface ReadingStore {
  /** Keeps a batch; one of the same look-up is kept already. */
  add(batch: ReadingBatch, author: Author): Promise<void>;
  /** Everything that was read of an account's posts of a day. */
  ofCohort(cohort: Cohort): Promise<ReadingBatch[]>;
  /** Everything that was read of a workspace's posts of a day. @param day of their publication (UTC) */
  ofDay(workspaceId: string, day: string): Promise<ReadingBatch[]>;
  /** The first day after another one (the empty text: of all) that posts were published on; undefined after the last. */
  dayAfter(workspaceId: string, day: string): Promise<string | undefined>;
}

const prefixOf = (day: string, accountId = ''): string => `READINGS#${day}#${accountId}`;

const Content = z.array(PostReading);

/** The batch that an item holds, with its author: the stream tells of it. */
export const batchOf = (item: Item): ReadingBatch =>
  ReadingBatch.parse({ ...item, readings: unpack(Content, item.packed) });

export const readingStore = (table: Table): ReadingStore => {
  const under = async (workspaceId: string, prefix: string) => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
      // What was read a moment ago decides what is read next.
      ConsistentRead: true,
    });
    return items.map(batchOf);
  };
  return {
    async add({ workspaceId, accountId, day, measuredAt, readings }, { actor, correlationId }) {
      const sk = `${prefixOf(day, accountId)}#${measuredAt}#${readings[0]?.postId ?? ''}`;
      const item = {
        ...{ pk: workspaceId, sk, type: 'readings', workspaceId, accountId, day, measuredAt },
        ...{ version: 1, changedBy: actor, correlationId },
        packed: pack(readings),
        ttl: timeToLive(new Date(measuredAt), keptSeconds),
      };
      await table.put(item, isNew);
    },
    ofCohort: ({ workspaceId, day, accountId }) => under(workspaceId, `${prefixOf(day, accountId)}#`),
    async dayAfter(workspaceId, day) {
      const [item] = await table.queryFirst(
        {
          KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':workspace': workspaceId,
            // `~` follows all that a day's items go on with.
            ':first': day === '' ? 'READINGS#' : `READINGS#${day}~`,
            ':last': 'READINGS#~',
          },
        },
        1,
      );
      return item && batchOf(item).day;
    },
    ofDay: (workspaceId, day) => under(workspaceId, prefixOf(day)),
  };
};
