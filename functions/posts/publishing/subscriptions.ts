import { AccountConnected, AccountHealthChanged, BudgetReplenished } from '#events/accounts.ts';
import { WorkspaceDeleted } from '#events/users.ts';
import { type Cause, systemAuthor } from '#shared/actor.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import { release } from '../domain/release.ts';

/** Releases held posts once their cause is gone, and ends publishing for deleted workspaces. */
export const publishingSubscriptions = (deps: Deps): Subscription[] => {
  const { posts } = deps;
  return [
    reactTo(AccountConnected, async ({ workspaceId, entityId, correlationId, chain }) =>
      releaseOfAccount(deps, workspaceId, entityId, { correlationId, chain }),
    ),
    reactTo(BudgetReplenished, async ({ workspaceId, correlationId, chain }) =>
      releaseHeld(deps, await posts.heldByBudget(workspaceId), { correlationId, chain }),
    ),
    reactTo(AccountHealthChanged, async ({ workspaceId, entityId, correlationId, chain, data }) => {
      const canPublish = data.health === 'healthy' || data.health === 'degraded';
      if (canPublish) await releaseOfAccount(deps, workspaceId, entityId, { correlationId, chain });
    }),
    // The erasure begins a moment later: nothing is published meanwhile.
    on(WorkspaceDeleted, async ({ workspaceId }) => deps.deletedWorkspaces.note(workspaceId)),
  ];
};

/** Releases the posts that are held because of their account's health, unless the account is disconnected by now. */
const releaseOfAccount = async (deps: Deps, workspaceId: string, accountId: string, cause: Cause): Promise<void> => {
  if ((await deps.accounts.find(workspaceId, accountId))?.isConnected !== true) return;
  await releaseHeld(deps, await deps.posts.heldByAccount(workspaceId, accountId), cause);
};

/**
 * Releases held posts, each in a separate write, so that a repeated event continues where it broke off. Whether a post
 * is still published is decided when it is claimed, by its policy for missed times.
 */
const releaseHeld = async ({ posts, now }: Deps, held: readonly Post[], cause: Cause): Promise<void> => {
  for (const post of held) {
    await posts.save(release(post, now()), systemAuthor('posts', cause));
  }
};
