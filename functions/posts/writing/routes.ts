import { DomainError } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import { timeToLive } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { deletedKeptSeconds, remove } from '../domain/post.ts';
import { assertMayDelete } from '../may-change.ts';
import { postReader } from '../read-post.ts';
import * as contract from './contract.ts';
import { rewritePost, writePost } from './write-post.ts';

/** Routes to create, read, change, list and delete posts. */
export const writingRoutes = (deps: Deps): Route[] => {
  const { posts, now } = deps;
  const read = postReader(deps);
  return [
    route(contract.createPost, async ({ body, caller }) => ofBody(writePost(deps, caller, body))),
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
      return ofBody(rewritePost(deps, caller, post, body));
    }),
    route(contract.deletePost, async ({ path, caller, request }) => {
      const post = await read(caller, path, request);
      await assertMayDelete(deps, caller, post);
      await posts.save(remove(post, timeToLive(now(), deletedKeptSeconds)), caller);
      return undefined;
    }),
  ];
};

/** Errors about the content name fields of the post, which here are in the body of the request. */
const ofBody = async <T>(written: Promise<T>): Promise<T> => {
  try {
    return await written;
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'unpublishable') throw error;
    const fields = error.fields.map((field) => ({ ...field, path: `body.${field.path}` }));
    throw new DomainError(error.kind, error.code, error.message, { fields, cause: error });
  }
};
