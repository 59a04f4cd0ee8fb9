import * as z from 'zod';
import { stillAt } from '#shared/entities.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import type { Condition, Key, Table } from '#shared/table.ts';
import { Instant, timeToLive } from '#shared/time.ts';

/** One account's upload of a media file to X. */
export const Upload = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  mediaId: z.string(),
  xMediaId: z.string(),
  state: z.enum(['uploading', 'processing', 'ready']),
  /** Counts the writes; each is conditional on no other write since the read. */
  version: z.int().min(0).default(0),
  /** Segments before this one are at X. Whether X has this or later ones is certain only while the upload is paused. */
  nextSegment: z.int().min(0).default(0),
  /**
   * Until when an invocation may be sending segments; null: paused properly. A past time means that it was interrupted,
   * and it is unknown which segments X has.
   */
  heldUntil: Instant.nullable().default(null),
  /** SHA-256 of the file's texts, alt text and subtitles. When they change, the file is uploaded again. */
  said: z.string().default(''),
  /** When X drops the file. */
  expiresAt: Instant,
});

export type Upload = z.infer<typeof Upload>;

export interface UploadStore {
  find(workspaceId: string, accountId: string, mediaId: string): Promise<Upload | undefined>;
  /** Writes the next version; undefined if there was another write since the read. */
  save(upload: Upload): Promise<Upload | undefined>;
}

const uploadKey = (workspaceId: string, accountId: string, mediaId: string): Key => ({
  pk: workspaceId,
  sk: `UPLOAD#${accountId}#${mediaId}`,
});

/**
 * Version 0 matches a missing item, an item from before uploads had versions, and an expired one, which DynamoDB can
 * keep for days (AWS: DynamoDB deletes expired items late).
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
