import * as z from 'zod';
import { stillAt } from '#shared/entities.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import type { Condition, Key, Table } from '#shared/table.ts';
import { Instant, timeToLive } from '#shared/time.ts';

/** A media file as X has it for one account. */
export const Upload = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  mediaId: z.string(),
  xMediaId: z.string(),
  state: z.enum(['uploading', 'processing', 'ready']),
  /** Counts the writes; each is conditional on no other write since the read. */
  version: z.int().min(0).default(0),
  /** Segments before this one are at X; what became of this one and later ones is known only of a rest, below. */
  nextSegment: z.int().min(0).default(0),
  /**
   * Until when an invocation may be sending segments; null when the last one stopped properly. A time that has passed
   * means that it was cut off: it is unknown which segments X has.
   */
  heldUntil: Instant.nullable().default(null),
  /** SHA-256 of the file's texts: alt text and subtitles. If they change, the file is uploaded again. */
  said: z.string().default(''),
  /** When X forgets the file. */
  expiresAt: Instant,
});

export type Upload = z.infer<typeof Upload>;

export interface UploadStore {
  find(workspaceId: string, accountId: string, mediaId: string): Promise<Upload | undefined>;
  /** Writes the next version if there was no other write since the read; otherwise undefined. */
  save(upload: Upload): Promise<Upload | undefined>;
}

const uploadKey = (workspaceId: string, accountId: string, mediaId: string): Key => ({
  pk: workspaceId,
  sk: `UPLOAD#${accountId}#${mediaId}`,
});

/**
 * Uploads were not counted once: such an item is at version 0, as one that is not there. So is one that X has forgotten:
 * it may lie there for days more (AWS: DynamoDB deletes what has expired late).
 */
const stillAtUpload = (version: number, now: Date): Condition =>
  version === 0
    ? {
        ConditionExpression: 'attribute_not_exists(#version) OR #ttl <= :now',
        ExpressionAttributeNames: { '#version': 'version', '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':now': now.getTime() / 1000 },
      }
    : stillAt(version);

export const uploadStore = (table: Table): UploadStore => ({
  async find(workspaceId, accountId, mediaId) {
    const item = await table.get(uploadKey(workspaceId, accountId, mediaId));
    return item && Upload.parse(item);
  },
  async save(upload) {
    const { workspaceId, accountId, mediaId, expiresAt, version } = upload;
    const next = { ...upload, version: version + 1 };
    const ttl = timeToLive(new Date(expiresAt), 0);
    const item = { ...next, ...uploadKey(workspaceId, accountId, mediaId), type: 'upload', ttl };
    return (await table.put(item, stillAtUpload(version, table.now()))) ? next : undefined;
  },
});
