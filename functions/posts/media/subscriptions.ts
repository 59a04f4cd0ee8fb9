import { MediaDeleted } from '#events/posts.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** What becomes of the bytes of a deleted file. */
export const mediaSubscriptions = ({
  mediaFiles,
  mediaUses,
}: Pick<Deps, 'mediaFiles' | 'mediaUses'>): Subscription[] => [
  // Its record is written before its bytes go: nothing points to what is not there.
  reactTo(MediaDeleted, async ({ workspaceId, entityId: id }) => {
    await mediaFiles.remove({ workspaceId, id });
    await mediaUses.forget(workspaceId, id);
  }),
];
