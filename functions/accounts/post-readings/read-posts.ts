import type { Reading } from '#events/reading.ts';
import type { Author } from '#shared/actor.ts';
import { billingMonthOf, priceOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import { blockerOf } from '../domain/blocker.ts';
import { XError } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { usableAccount } from '../session/usable-account.ts';
import { billReads } from '../usage/meter.ts';

interface ReadInput {
  workspaceId: string;
  accountId: string;
  /** At most 100, the maximum of X's lookup. */
  xPostIds: readonly string[];
}

/** Reads the metrics of an account's own posts. A post that X does not mention at all is left out. */
export const readPosts = async (
  deps: Deps,
  { workspaceId, accountId, xPostIds }: ReadInput,
  author: Author,
): Promise<Reading> => {
  const account = await usableAccount(deps, workspaceId, accountId);
  if ('outcome' in account) return account;
  if (!(await mayRead(deps, workspaceId, xPostIds.length))) {
    return { outcome: 'over_budget', retryAt: nextMonth(deps.now()) };
  }
  const measuredAt = deps.now().toISOString();
  try {
    // Reading can wait, so it leaves the rest of a limit to publishing and people.
    const session = openSession(deps, account, author, { yields: true });
    const { posts, gone } = await session.call('lookup', (token) => deps.x.readPosts(token, xPostIds));
    const to = { workspaceId, accountId, campaignId: null, postId: null };
    await billReads(
      deps,
      to,
      'post_read',
      posts.map(({ xPostId }) => xPostId),
    );
    return { outcome: 'read', posts: [...posts, ...gone.map((each) => ({ ...each, metrics: null }))], measuredAt };
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    return blockerOf(error.failure, deps.now(), deps.random(), deps.pace);
  }
};

/** Whether the workspace's read budget covers that many posts, if X bills all of them. */
const mayRead = async (
  { budgets, usage, now }: Pick<Deps, 'budgets' | 'usage' | 'now'>,
  workspaceId: string,
  posts: number,
): Promise<boolean> => {
  const budgetMicros = await budgets.ofReads(workspaceId);
  if (budgetMicros === null) return true;
  const spent = (await usage.find(workspaceId, billingMonthOf(now())))?.kinds.post_read?.micros ?? 0;
  return spent + posts * priceOf('post_read', now()) <= budgetMicros;
};

/** Returns the start of the next month (UTC). */
const nextMonth = (now: Date): string => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString();
