import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';

/**
 * Records that a post or a video is about to be written with files. Whether they exist is checked afterwards: if one
 * request uses a file while another deletes it, one of them sees the other.
 * @throws DomainError `media_being_deleted`
 */
export const noteUse = async (
  { mediaUses }: Pick<Deps, 'mediaUses'>,
  workspaceId: string,
  userId: string,
  mediaIds: readonly string[],
): Promise<void> => {
  await mediaUses.note(workspaceId, userId, mediaIds);
  const locked = await Promise.all(mediaIds.map((id) => mediaUses.isLocked(workspaceId, id)));
  if (locked.includes(true)) {
    throw new DomainError('conflict', 'media_being_deleted', 'One of the media files is being deleted.');
  }
};
