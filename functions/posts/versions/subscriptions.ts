import { PostDeleted } from '#events/posts.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Keeps the earlier contents of a deleted post as long as the record of the post. */
export const versionSubscriptions = ({ posts, versions }: Pick<Deps, 'posts' | 'versions'>): Subscription[] => [
  reactTo(PostDeleted, async ({ workspaceId, entityId }) => {
    const ttl = (await posts.find(workspaceId, entityId))?.ttl;
    if (ttl !== undefined) await versions.expire(workspaceId, entityId, ttl);
  }),
];
