import { PublishingResumed } from '#events/posts.ts';
import { systemAuthor } from '#shared/actor.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { releaseStragglers } from './resume.ts';

/** Releases posts that a stop held after it was ended. */
export const stopSubscriptions = (deps: Deps): Subscription[] => [
  reactTo(PublishingResumed, async ({ workspaceId, correlationId, chain, data: { policy } }) =>
    releaseStragglers(deps, { workspaceId, policy }, systemAuthor('posts', { correlationId, chain })),
  ),
];
