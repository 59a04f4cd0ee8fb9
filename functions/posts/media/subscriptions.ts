import { MediaDeleted } from '#events/posts.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Deletes the bytes of a deleted file. */
export const mediaSubscriptions = ({
  mediaFiles,
  mediaUses,
}: Pick<Deps, 'mediaFiles' | 'mediaUses'>): Subscription[] => [
  // The deletion is recorded before the bytes are deleted: nothing refers to bytes that are gone.
  reactTo(MediaDeleted, async ({ workspaceId, entityId: id }) => {
    await mediaFiles.remove({ workspaceId, id });
    await mediaUses.forget(workspaceId, id);
  }),
];
