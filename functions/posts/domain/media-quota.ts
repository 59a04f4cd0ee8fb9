import * as z from 'zod';
import { Actor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { WorkspaceId } from '#shared/ids.ts';

/** What a workspace may take of the stage's media bucket. */
export interface MediaQuota {
  /** Of all files together, those that are announced included. */
  bytes: number;
  /** Files that may be announced and not completed at once. */
  uploads: number;
}

/** What a workspace takes of the media bucket. Announced files count from the moment they are announced until they end. */
export const MediaUsage = z.object({
  workspaceId: WorkspaceId,
  /** Of files that are kept and of those announced. */
  takenBytes: z.int(),
  keptBytes: z.int(),
  keptFiles: z.int(),
  openUploads: z.int(),
  /** The announced files by id, each with its expiry in Unix seconds: meeting an expired one gives its bytes back. */
  uploads: z.record(
    z.string(),
    // Who announced it; not known where the sums were made of the files.
    z.object({ bytes: z.int(), endsAt: z.int(), by: Actor.optional() }),
  ),
});
export type MediaUsage = z.infer<typeof MediaUsage>;

/** A file as it counts. */
interface Counted {
  id: string;
  bytes: number;
  status: 'awaiting_upload' | 'ready';
  /** Unix seconds at which an announced one ends. */
  endsAt: number;
}

/** What these files take. */
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

/** Ids of announced files that have expired at an instant. */
export const endedUploads = ({ uploads }: MediaUsage, now: Date): string[] =>
  Object.entries(uploads).flatMap(([id, { endsAt }]) => (endsAt * 1000 <= now.getTime() ? [id] : []));

/** What one person may have announced and not completed: half of the total, so that one person cannot use it all up. */
export const shareOfOne = ({ keptBytes }: Pick<MediaUsage, 'keptBytes'>, room: MediaQuota): MediaQuota => ({
  bytes: Math.floor((room.bytes - keptBytes) / 2),
  uploads: Math.max(1, Math.floor(room.uploads / 2)),
});

/**
 * Lets a person announce one more file of that many bytes.
 * @throws DomainError `too_many_uploads`, `media_storage_full` or `upload_share_full`, with what is used and what may be
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
