import { route, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import { timeToLive } from '../../../shared/time.ts';
import * as contract from '../contract/writing.ts';
import type { Deps } from '../deps.ts';
import { draft, edit, remove } from '../domain/post.ts';
import { reader } from './read.ts';

/** What X would say of a post is loaded when somebody first writes one. */
const publishable = () => import('../publishable.ts');

/** A deleted post is kept this long for the record. */
const deletedKeptSeconds = 90 * 24 * 60 * 60;

/** Writing posts: drafts, changes, lists. */
export const writingRoutes = (deps: Deps): Route[] => {
  const { posts, now } = deps;
  const read = reader(deps);
  return [
    route(contract.createPost, async ({ body, caller }) => {
      const { workspaceId, personId } = caller;
      const post = draft({ id: newId('pst', now()), workspaceId, writtenBy: personId, ...body });
      return posts.create(await (await publishable()).asPublishable(deps, post), caller);
    }),
    route(contract.listPosts, async ({ query: { limit, cursor, ...filter }, caller }) =>
      posts.list(caller.workspaceId, filter, {
        limit,
        cursor,
        scope: { operation: contract.listPosts.id, workspaceId: caller.workspaceId, ...filter },
      }),
    ),
    route(contract.getPost, async ({ path, caller }) => posts.get(caller.workspaceId, path.postId)),
    route(contract.changePost, async ({ path, body, caller, request }) => {
      const post = await read(caller, path, request);
      const changed = edit(post, body, caller.personId);
      return posts.save(await (await publishable()).asPublishable(deps, changed), caller);
    }),
    route(contract.deletePost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      await posts.save(remove(post, timeToLive(now(), deletedKeptSeconds)), caller);
      return undefined;
    }),
  ];
};
