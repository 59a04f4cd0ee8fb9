import type { OwnPostOutcome } from '#events/publishing.ts';
import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { blockerOf } from '../domain/blocker.ts';
import { XError } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { usableAccount } from '../session/usable-account.ts';
import { billCall } from '../usage/meter.ts';

interface OwnPost {
  workspaceId: string;
  accountId: string;
  postId: string;
  campaignId: string | null;
  xPostId: string;
}

interface PostToRepost extends OwnPost {
  /** Deadline for beginning the call (UTC); undefined: none. */
  sendBy?: string | undefined;
}

type Call = (session: ReturnType<typeof openSession>, xUserId: string) => Promise<unknown>;

/**
 * Makes a call on one of the account's own posts that X allows to be repeated safely; after an unknown outcome it is
 * simply repeated.
 */
const act = async (
  deps: Deps,
  { workspaceId, accountId, postId, campaignId }: OwnPost,
  author: Author,
  price: 'post_delete' | 'repost',
  call: Call,
): Promise<OwnPostOutcome> => {
  const account = await usableAccount(deps, workspaceId, accountId);
  if ('outcome' in account) return account;
  try {
    await call(openSession(deps, account, author), account.xUserId);
    await billCall(deps, { workspaceId, accountId, postId, campaignId }, price);
    return { outcome: 'done' };
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    // Already gone counts as deleted.
    if (price === 'post_delete' && error.failure.kind === 'not_found') return { outcome: 'done' };
    return blockerOf(error.failure, deps.now(), deps.random(), deps.pace);
  }
};

/** Deletes a post on X; one that is already gone counts as deleted. */
export const deletePost = (deps: Deps, post: OwnPost, author: Author): Promise<OwnPostOutcome> =>
  act(deps, post, author, 'post_delete', (session) =>
    session.call('delete_post', (token) => deps.x.deletePost(token, post.xPostId)),
  );

/** The deadline passed before the call began. */
class TooLate extends Error {}

/** Reposts one of the account's own posts. The call begins before its deadline or not at all. */
export const repost = async (deps: Deps, post: PostToRepost, author: Author): Promise<OwnPostOutcome> => {
  const assertInTime = (): void => {
    if (post.sendBy !== undefined && deps.now().getTime() >= Date.parse(post.sendBy)) throw new TooLate();
  };
  try {
    return await act(deps, post, author, 'repost', (session, xUserId) =>
      session.call('repost', (token) => {
        assertInTime();
        return deps.x.repost(token, xUserId, post.xPostId);
      }),
    );
  } catch (error) {
    if (error instanceof TooLate) return { outcome: 'expired' };
    throw error;
  }
};
