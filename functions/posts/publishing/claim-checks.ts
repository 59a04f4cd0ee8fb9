import { blockingFinding } from '../checks/policy.ts';
import type { Deps } from '../deps.ts';
import { approvalMissing, isCleared } from '../domain/approval.ts';
import type { MediaOf } from '../domain/content.ts';
import { contentHashOf } from '../domain/content-hash.ts';
import type { Post } from '../domain/post.ts';
import type { Problem } from '../domain/publication.ts';
import { problemOf } from './policy-hold.ts';

/**
 * What has changed since the post was scheduled and keeps it from being published now; undefined if nothing does. A
 * part that is or may be on X was checked before it was sent: the rest continues.
 */
export const blockerNow = async (
  deps: Pick<Deps, 'posts' | 'similarPosts' | 'settings' | 'media' | 'now'>,
  post: Post,
  files: MediaOf,
): Promise<Problem | undefined> => {
  if (post.parts.some(({ mediaIds }) => mediaIds.some((id) => !files.has(id)))) {
    return {
      code: 'media_missing',
      reason: 'A media file of the post no longer exists. Replace or remove it, then schedule the post again.',
    };
  }
  if (post.publication && (post.publication.parts.length > 0 || post.publication.isUnsettled)) return undefined;
  const settings = await deps.settings.get(post.workspaceId);
  if (!isCleared(post, contentHashOf(post, files), settings)) {
    const reason =
      'The current content is not approved. Once it is approved, the post is published automatically, unless it is then later than its policy for missed posts allows.';
    return { code: approvalMissing, reason };
  }
  const finding = await blockingFinding(deps, post, { media: files, settings });
  return finding && problemOf(finding);
};
