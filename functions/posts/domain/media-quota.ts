import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { WorkspaceId } from '#shared/ids.ts';

/** How much of the stage's media bucket a workspace may use. */
export interface MediaQuota {
  /** Of all files together, including announced ones. */
  bytes: number;
  /** Maximum number of files that are announced but not completed. */
  uploads: number;
}

/**
 * How much of the media bucket a workspace uses. A file counts from its announcement until it is deleted or expires.
 */
export const MediaUsage = z.object({
  workspaceId: WorkspaceId,
  /** Bytes of kept and announced files. */
  takenBytes: z.int(),
  keptBytes: z.int(),
  keptFiles: z.int(),
  openUploads: z.int(),
  /**
   * The announced files by id. `endsAt` is their expiry in Unix seconds; an expired one is subtracted when it is
   * encountered.
   */
  uploads: z.record(
    z.string(),
    // Who announced it; unknown if the usage was computed from the files.
    z.object({ bytes: z.int(), endsAt: z.int(), by: Actor.optional() }),
  ),
});
export type MediaUsage = z.infer<typeof MediaUsage>;

/** A file as counted in the usage. */
interface Counted {
  id: string;
  bytes: number;
  status: 'awaiting_upload' | 'ready';
  /** Unix seconds at which an announced file expires. */
  endsAt: number;
}

/** Computes the usage of these files. */
export const usageOf = (workspaceId: string, files: readonly Counted[]): MediaUsage => {
  const kept = files.filter(({ status }) => status === 'ready');
  const open = files.filter(({ status }) => status === 'awaiting_upload');
  const bytesOf = (some: readonly Counted[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    workspaceId,
    takenBytes: bytesOf(kept) + bytesOf(open),
    keptBytes: bytesOf(kept),
    keptFiles: kept.length,
    openUploads: open.length,
    uploads: Object.fromEntries(open.map(({ id, bytes, endsAt }) => [id, { bytes, endsAt }])),
  };
};

/** Ids of the announced files that have expired by `now`. */
export const endedUploads = ({ uploads }: MediaUsage, now: Date): string[] =>
  Object.entries(uploads).flatMap(([id, { endsAt }]) => (endsAt * 1000 <= now.getTime() ? [id] : []));

/** Maximum open uploads of one person: half of what is available, so that one person cannot use it all up. */
export const shareOfOne = ({ keptBytes }: Pick<MediaUsage, 'keptBytes'>, room: MediaQuota): MediaQuota => ({
  bytes: Math.floor((room.bytes - keptBytes) / 2),
  uploads: Math.max(1, Math.floor(room.uploads / 2)),
});

/**
 * Asserts that a person may announce another file of this size.
 * @throws DomainError `too_many_uploads`, `media_storage_full` or `upload_share_full`, with the usage and the limit
 */
export const assertRoom = (usage: MediaUsage, room: MediaQuota, bytes: number, by: string): void => {
  assertRoomForAll(usage, room, bytes);
  const own = Object.values(usage.uploads).filter((upload) => upload.by?.id === by);
  const share = shareOfOne(usage, room);
  if (own.length >= share.uploads) {
    const said =
      `You have ${own.length} open uploads; one person may have ${share.uploads} of the workspace's ${room.uploads}. ` +
      'Complete or delete some.';
    throw new DomainError('conflict', 'too_many_uploads', said);
  }
  const ownBytes = own.reduce((sum, upload) => sum + upload.bytes, 0);
  if (ownBytes + bytes > share.bytes) {
    const said =
      `Your open uploads have ${ownBytes} bytes, and this file has ${bytes}. One person may use ${share.bytes} bytes for ` +
      'open uploads, half of the free storage. Complete or delete some.';
    throw new DomainError('conflict', 'upload_share_full', said);
  }
};

const assertRoomForAll = ({ takenBytes, openUploads }: MediaUsage, room: MediaQuota, bytes: number): void => {
  if (openUploads >= room.uploads) {
    const said = `The workspace has ${openUploads} of ${room.uploads} open uploads. Complete or delete some.`;
    throw new DomainError('conflict', 'too_many_uploads', said);
  }
  if (takenBytes + bytes > room.bytes) {
    const said =
      `The media files of this workspace use ${takenBytes} of ${room.bytes} bytes, and this file has ${bytes}. ` +
      'Delete unused files.';
    throw new DomainError('conflict', 'media_storage_full', said);
  }
};
