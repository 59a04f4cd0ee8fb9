import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { isCommitted } from '../domain/commitment.ts';
import type { Media } from '../domain/media.ts';
import type { Post } from '../domain/post.ts';
import { launchedSlot, mayReschedule, scheduledByOthers } from '../may-change.ts';

/** Maximum number of a file's posts that are checked, and guarded in its transaction (DynamoDB allows 100 writes). */
const maxLookedAt = 90;

/**
 * Asserts that the caller may change the description of a file: people who may schedule always, others only while no
 * post that carries it can be published without further action, and not if it has more posts than can be checked.
 * @returns the posts that must be unchanged when the file is written
 * @throws DomainError `post_is_scheduled`, which names posts
 */
export const postsToGuard = async (
  known: Pick<Deps, 'posts' | 'campaigns' | 'mediaUses'>,
  caller: Caller,
  { workspaceId, id }: Media,
): Promise<Post[]> => {
  if (mayReschedule(caller)) return [];
  const ids = await known.mediaUses.postsWith(workspaceId, id, maxLookedAt + 1);
  if (ids.length > maxLookedAt) {
    throw scheduledByOthers(`More than ${maxLookedAt} posts use this file, and your role cannot schedule.`);
  }
  const found = await Promise.all(ids.map((postId) => known.posts.find(workspaceId, postId)));
  const posts = found.flatMap((post) => (post?.parts.some(({ mediaIds }) => mediaIds.includes(id)) ? [post] : []));
  const committed = await Promise.all(posts.map(async (post) => isCommitted(post, await launchedSlot(known, post))));
  const fields = posts.flatMap((post, place) =>
    committed[place] === true
      ? [{ path: 'path.mediaId', code: 'post_is_scheduled', message: `is used by the post ${post.id}` }]
      : [],
  );
  if (fields.length > 0)
    throw scheduledByOthers(
      'This file is used by a post that is scheduled or held, or waits for its launched campaign to schedule it, and your role does not include scheduling.',
      fields,
    );
  return posts;
};
