import { assertVersion } from '#shared/http/etag.ts';
import type { Caller, RequestFacts } from '#shared/http/route.ts';
import type { Deps } from './deps.ts';
import type { Post } from './domain/post.ts';

/**
 * Returns a function that reads the post to be changed, and checks that its version is the one in `If-Match`, if given.
 */
export const postReader =
  ({ posts }: Pick<Deps, 'posts'>) =>
  async (caller: Caller, path: { postId: string }, request: RequestFacts): Promise<Post> => {
    const post = await posts.get(caller.workspaceId, path.postId);
    assertVersion(post, request.ifMatch);
    return post;
  };
