import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { Instant, timeToLive } from '#shared/time.ts';

/** A post or a video that was about to be written with a file. Its own record shows whether it uses the file now. */
const MediaUse = z.object({ userId: z.string(), notedAt: Instant });
export type MediaUse = z.infer<typeof MediaUse>;

/** Which posts and videos may use a media file. */
export interface MediaUseStore {
  /** Records that a post or a video is about to be written with these files. Repeating it renews the record. */
  note(workspaceId: string, userId: string, mediaIds: readonly string[]): Promise<void>;
  of(workspaceId: string, mediaId: string): Promise<MediaUse[]>;
  /** Ids of posts that may carry the file, up to a limit. */
  postsWith(workspaceId: string, mediaId: string, most: number): Promise<string[]>;
  /** Forgets all uses of a deleted file. */
  forget(workspaceId: string, mediaId: string): Promise<void>;
  /** Prevents new uses of a file that is about to be deleted, for a minute at most. */
  lock(workspaceId: string, mediaId: string): Promise<void>;
  unlock(workspaceId: string, mediaId: string): Promise<void>;
  isLocked(workspaceId: string, mediaId: string): Promise<boolean>;
}

/** By then a deletion has finished, or never will: a function runs for 29 seconds at most. */
const lockSeconds = 60;

const prefix = (mediaId: string): string => `MEDIA_USE#${mediaId}#`;
const keyOf = (workspaceId: string, mediaId: string, userId: string): Key => ({
  pk: workspaceId,
  sk: prefix(mediaId) + userId,
});

const lockKey = (workspaceId: string, mediaId: string): Key => ({ pk: workspaceId, sk: `MEDIA_LOCK#${mediaId}` });

export const mediaUseStore = (table: Table): MediaUseStore => {
  const of = async (workspaceId: string, mediaId: string): Promise<MediaUse[]> => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :uses)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':uses': prefix(mediaId) },
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(MediaUse, item));
  };
  return {
    of,
    async postsWith(workspaceId, mediaId, most) {
      const items = await table.queryFirst(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :posts)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':posts': `${prefix(mediaId)}pst_` },
          ConsistentRead: true,
        },
        most,
      );
      return items.map((item) => entityOf(MediaUse, item).userId);
    },
    async note(workspaceId, userId, mediaIds) {
      if (mediaIds.length === 0) return;
      const notedAt = table.now().toISOString();
      await table.putAll(
        mediaIds.map((mediaId) => ({ ...keyOf(workspaceId, mediaId, userId), type: 'media_use', userId, notedAt })),
      );
    },
    async forget(workspaceId, mediaId) {
      for (const { userId } of await of(workspaceId, mediaId)) await table.delete(keyOf(workspaceId, mediaId, userId));
    },
    async lock(workspaceId, mediaId) {
      const ttl = timeToLive(table.now(), lockSeconds);
      await table.put({ ...lockKey(workspaceId, mediaId), type: 'media_lock', ttl });
    },
    unlock: (workspaceId, mediaId) => table.delete(lockKey(workspaceId, mediaId)),
    isLocked: async (workspaceId, mediaId) => (await table.get(lockKey(workspaceId, mediaId))) !== undefined,
  };
};
