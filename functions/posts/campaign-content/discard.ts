import type { DiscardOrder, DiscardOutcome } from '#events/campaign-content.ts';
import type { TaskOrigin } from '#shared/lambda/task.ts';
import { inLanes } from '#shared/lanes.ts';
import { timeToLive } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { deletedKeptSeconds, type Post, remove } from '../domain/post.ts';

/** Number of posts deleted concurrently. */
const lanes = 5;

/**
 * Whether the post is as the campaign made it: not edited, and never scheduled, since no post becomes a draft again.
 */
const isAsComposed = ({ composed, status, contentVersion }: Post): boolean =>
  status === 'draft' && composed?.contentVersion === contentVersion;

/**
 * Deletes the drafts that were made for the campaign and that nobody else has touched. Others are kept, including those
 * that another campaign was launched with. Repeating the call changes nothing.
 * @throws DomainError `changed_meanwhile`: the workflow retries
 */
export const discardForCampaign = async (
  { posts, campaigns, now }: Deps,
  { workspaceId, campaignId, postIds }: DiscardOrder,
  origin: TaskOrigin,
): Promise<DiscardOutcome> => {
  const [standing, launched] = await Promise.all([
    posts.findAll(workspaceId, postIds),
    campaigns.launchedSlots(workspaceId, postIds),
  ]);
  const ttl = timeToLive(now(), deletedKeptSeconds);
  return {
    posts: await inLanes([...new Set(postIds)], lanes, async (postId) => {
      const post = standing.get(postId);
      if (!post) return { postId, outcome: 'not_found' };
      const isOurs = post.composed?.campaignId === campaignId;
      if (post.status === 'deleted') return { postId, outcome: isOurs ? 'discarded' : 'not_found' };
      const taker = launched.get(postId)?.campaignId ?? campaignId;
      if (!isOurs || taker !== campaignId || !isAsComposed(post)) return { postId, outcome: 'kept' };
      await posts.save(remove(post, ttl), origin);
      return { postId, outcome: 'discarded' };
    }),
  };
};
