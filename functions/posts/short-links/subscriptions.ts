import { PostDeleted } from '#events/posts.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Keeps the short links of a deleted post as long as the record of the post. */
export const shortLinkSubscriptions = ({ posts, shortLinks }: Pick<Deps, 'posts' | 'shortLinks'>): Subscription[] => [
  reactTo(PostDeleted, async ({ workspaceId, entityId }) => {
    const ttl = (await posts.find(workspaceId, entityId))?.ttl;
    if (ttl !== undefined) await shortLinks.expire(workspaceId, entityId, ttl);
  }),
];
