import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { errorName } from '#shared/errors.ts';
import { type Condition, isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import type { Post } from '../domain/post.ts';
import { Queue } from '../domain/queue.ts';
import { postItem } from './posts.ts';

/** The post that last took a slot. Whether it still has the slot is in the post itself: slots are not given back. */
const TakenSlot = z.object({
  postId: z.string(),
  /** Counts how often the slot was taken: of two posts that found it free, one takes it. */
  takings: z.int(),
});
export type TakenSlot = z.infer<typeof TakenSlot>;

export interface QueueStore {
  find(workspaceId: string, accountId: string): Promise<Queue | undefined>;
  create(queue: New<Queue>, author: Author): Promise<Queue>;
  save(queue: Queue, author: Author): Promise<Queue>;
  /** Who last took the slot at that instant (UTC); undefined if it was never taken. */
  findTaken(workspaceId: string, accountId: string, at: string): Promise<TakenSlot | undefined>;
  /**
   * Writes the next version of a post together with its slot, at its scheduled time. Undefined if the slot was taken,
   * or the post written, since they were read.
   */
  take(post: Post, at: string, read: TakenSlot | undefined, author: Author): Promise<Post | undefined>;
}

const queueItem = (queue: Queue): Item & Key => ({
  ...queue,
  pk: queue.workspaceId,
  sk: `QUEUE#${queue.accountId}`,
  type: 'queue',
});

const slotKey = (workspaceId: string, accountId: string, at: string): Key => ({
  pk: workspaceId,
  sk: `QUEUE_SLOT#${accountId}#${at}`,
});

/** How long after its time a slot is deleted: past slots are never candidates. */
const forgottenAfterSeconds = daySeconds;

const asRead = (taken: TakenSlot | undefined): Condition =>
  taken
    ? { ConditionExpression: 'takings = :takings', ExpressionAttributeValues: { ':takings': taken.takings } }
    : isNew;

export const queueStore = (table: Table): QueueStore => {
  const save = entityWriter(table, queueItem);
  return {
    async find(workspaceId, accountId) {
      const item = await table.get({ pk: workspaceId, sk: `QUEUE#${accountId}` });
      return item && entityOf(Queue, item);
    },
    create: (queue, author) => save(firstVersion(queue, table.now(), author), author),
    save,
    async findTaken(workspaceId, accountId, at) {
      const item = await table.get(slotKey(workspaceId, accountId, at));
      return item && entityOf(TakenSlot, item);
    },
    async take(post, at, read, author) {
      const { workspaceId, accountId, id: postId } = post;
      const next = nextVersion(post, table.now(), author);
      const slot = {
        ...slotKey(workspaceId, accountId, at),
        type: 'queue-slot',
        postId,
        takings: (read?.takings ?? 0) + 1,
        ttl: timeToLive(new Date(at), forgottenAfterSeconds),
      };
      try {
        const isTaken = await table.transact([
          { put: slot, condition: asRead(read) },
          { put: postItem(next), condition: stillAt(post.version) },
        ]);
        return isTaken ? next : undefined;
      } catch (error) {
        // Others are taking the same slot just now: looking again shows who has it.
        if (errorName(error) === 'TransactionCanceledException') return undefined;
        throw error;
      }
    },
  };
};
