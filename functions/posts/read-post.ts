import { assertVersion } from '#shared/http/etag.ts';
import type { Caller, RequestFacts } from '#shared/http/route.ts';
import type { Deps } from './deps.ts';
import type { Post } from './domain/post.ts';

/** Reads the post to be changed, as the caller has seen it where they say which version that was. */
export const postReader =
  ({ posts }: Pick<Deps, 'posts'>) =>
  async (caller: Caller, path: { postId: string }, request: RequestFacts): Promise<Post> => {
    const post = await posts.get(caller.workspaceId, path.postId);
    assertVersion(post, request.ifMatch);
    return post;
  };
