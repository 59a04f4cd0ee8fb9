import type { Reading } from '#events/reading.ts';
import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { obstacleOf, unwell } from '../domain/obstacle.ts';
import { XError } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { billReads } from '../usage/meter.ts';

interface ReadInput {
  workspaceId: string;
  accountId: string;
  /** At most 100: X's largest look-up. */
  xPostIds: readonly string[];
}

/** Reads the counters of an account's own posts. A post of which X says nothing at all is left out. */
export const readPosts = async (
  deps: Deps,
  { workspaceId, accountId, xPostIds }: ReadInput,
  author: Author,
): Promise<Reading> => {
  const account = await deps.accounts.find(workspaceId, accountId);
  if (account?.status !== 'connected' || account.health === 'reconnect_needed') return unwell('reconnect_needed');
  const measuredAt = deps.now().toISOString();
  try {
    // What can wait leaves what is left of a limit to posts and to people.
    const session = openSession(deps, account, author, { yields: true });
    const { posts, gone } = await session.call('lookup', (token) => deps.x.readPosts(token, xPostIds));
    const to = { workspaceId, accountId, campaignId: null, postId: null };
    await billReads(
      deps,
      to,
      'post_read',
      posts.map(({ xPostId }) => xPostId),
    );
    return { outcome: 'read', posts: [...posts, ...gone.map((xPostId) => ({ xPostId, metrics: null }))], measuredAt };
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    return obstacleOf(error.failure, deps.now(), deps.random(), deps.pace);
  }
};
