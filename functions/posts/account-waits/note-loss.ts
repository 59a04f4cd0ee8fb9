import type { Author } from '#shared/actor.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { isNewLoss, type Loss, soonMs, waitOf } from '../domain/account-wait.ts';
import type { Post } from '../domain/post.ts';
import { isHeldByAccount } from '../domain/publication.ts';

type Wants = Pick<Deps, 'posts' | 'accounts' | 'accountWaits' | 'now'>;

/**
 * Records what waits for an account that has to be reconnected; the stream publishes it, once per loss of the
 * connection. Posts that start to wait later are not reported.
 */
export const noteLoss = async (
  deps: Wants,
  { workspaceId, accountId, ...loss }: Loss & { workspaceId: string; accountId: string },
  author: Author,
): Promise<void> => {
  const [known, before] = await Promise.all([
    deps.accounts.find(workspaceId, accountId),
    deps.accountWaits.find(workspaceId, accountId),
  ]);
  if (!isNewLoss(before, loss, known?.entityVersion ?? 0)) return;
  const wait = waitOf(await waitingFor(deps, workspaceId, accountId));
  await deps.accountWaits.save({ ...before, id: accountId, workspaceId, ...loss, ...wait }, author);
};

const pageSize = 100;

/** The posts that are held because of the account, those about to be held, and those due soon. */
const waitingFor = async ({ posts, now }: Wants, workspaceId: string, accountId: string): Promise<Post[]> => {
  const found = new Map((await posts.heldByAccount(workspaceId, accountId)).map((post) => [post.id, post]));
  const isOnItsWay = ({ status }: Post) => status === 'scheduled' || status === 'publishing';
  const filter = {
    accountId,
    from: instantAfter(now(), -dayMs),
    to: instantAfter(now(), soonMs),
    accept: (post: Post) => isOnItsWay(post) || isHeldByAccount(post),
  };
  const scope = { operation: 'waitingForAccount', workspaceId, accountId };
  let cursor: string | undefined;
  do {
    const page = await posts.list(workspaceId, filter, { limit: pageSize, cursor, scope });
    for (const post of page.items) found.set(post.id, post);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return [...found.values()];
};
