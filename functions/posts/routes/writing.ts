import { route, type Route } from '../../../shared/http/route.ts';
import { newId } from '../../../shared/ids.ts';
import { timeToLive } from '../../../shared/time.ts';
import * as contract from '../contract/writing.ts';
import type { Deps } from '../deps.ts';
import { contentHashOf } from '../domain/content-hash.ts';
import { draft, edit, remove } from '../domain/post.ts';
import { assertPublishable } from '../publishable.ts';
import { reader } from './read.ts';

/** A deleted post is kept this long for the record. */
export const deletedKeptSeconds = 90 * 24 * 60 * 60;

/** Writing posts: drafts, changes, lists. */
export const writingRoutes = (deps: Deps): Route[] => {
  const { posts, now } = deps;
  const read = reader(deps);
  return [
    route(contract.createPost, async ({ body, caller }) => {
      const { workspaceId, personId } = caller;
      const post = draft({ id: newId('pst', now()), workspaceId, writtenBy: personId, ...body });
      const files = await assertPublishable(deps, post);
      return posts.create({ ...post, contentHash: contentHashOf(post, files) }, caller);
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
      const files = await assertPublishable(deps, changed);
      return posts.save({ ...changed, contentHash: contentHashOf(changed, files) }, caller);
    }),
    route(contract.deletePost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      await posts.save(remove(post, timeToLive(now(), deletedKeptSeconds)), caller);
      return undefined;
    }),
  ];
};
