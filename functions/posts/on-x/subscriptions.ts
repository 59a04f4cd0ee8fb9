import { PostTakenDown } from '#events/accounts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { noteTakenDown } from '../domain/unpublish.ts';

/** Records that others have deleted a post on X. */
export const onXSubscriptions = ({ posts }: Pick<Deps, 'posts'>): Subscription[] => [
  on(PostTakenDown, async ({ workspaceId, entityId: xPostId, occurredAt, correlationId, chain, data }) => {
    const post = await posts.find(workspaceId, data.postId);
    const noted = post && noteTakenDown(post, xPostId, occurredAt);
    if (noted && noted !== post) await posts.save(noted, systemAuthor('accounts', { correlationId, chain }));
  }),
];
