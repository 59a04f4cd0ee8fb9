import type { Post } from '#functions/posts/domain/post.ts';
import type { Queue } from '#functions/posts/domain/queue.ts';
import type { QueueStore, TakenSlot } from '#functions/posts/store/queues.ts';
import type { Author } from '#shared/actor.ts';
import { firstVersion, isLostUpdate, lostUpdate, nextVersion } from '#shared/entities.ts';
import type { Clock } from '#shared/time.ts';

/** Queues in memory; a slot is taken together with the write of its post. */
export const memoryQueues = (now: Clock, writePost: (post: Post, author: Author) => Post): QueueStore => {
  const queues = new Map<string, Queue>();
  const slots = new Map<string, TakenSlot>();
  const key = (...parts: string[]) => parts.join('/');
  const write = (queue: Queue, author: Author): Queue => {
    const at = key(queue.workspaceId, queue.accountId);
    if ((queues.get(at)?.version ?? 0) !== queue.version) throw lostUpdate();
    const next = nextVersion(queue, now(), author);
    queues.set(at, next);
    return next;
  };
  return {
    find: async (workspaceId, accountId) => queues.get(key(workspaceId, accountId)),
    create: async (queue, author) => write(firstVersion(queue, now(), author), author),
    save: async (queue, author) => write(queue, author),
    findTaken: async (...slot) => slots.get(key(...slot)),
    async take(post, at, read, author) {
      const slot = key(post.workspaceId, post.accountId, at);
      const takings = read?.takings ?? 0;
      if ((slots.get(slot)?.takings ?? 0) !== takings) return undefined;
      try {
        const saved = writePost(post, author);
        slots.set(slot, { postId: post.id, takings: takings + 1 });
        return saved;
      } catch (error) {
        if (isLostUpdate(error)) return undefined;
        throw error;
      }
    },
  };
};
