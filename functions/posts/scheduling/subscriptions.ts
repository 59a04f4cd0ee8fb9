import { CampaignCancelled, CampaignSlotDropped, CampaignSlotPlanned } from '#events/campaigns.ts';
import { type Author, systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import { evaluatePolicy } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { asLaunched } from '../domain/changed-after-launch.ts';
import { cancel, isOverruled, isRefusedByState, letGo, plan, type Post } from '../domain/post.ts';
import { filesOf } from '../read-files.ts';

/** Schedules posts of campaigns by their slots, and takes them off the schedule. */
export const schedulingSubscriptions = (deps: Deps): Subscription[] => {
  const { posts, campaigns, now } = deps;
  return [
    reactTo(CampaignSlotDropped, async ({ workspaceId, correlationId, chain, data }) =>
      takeOffSlot(deps, workspaceId, data, systemAuthor('campaigns', { correlationId, chain })),
    ),
    reactTo(CampaignSlotPlanned, async ({ workspaceId, correlationId, chain, data }) => {
      const author = systemAuthor('campaigns', { correlationId, chain });
      const post = await posts.find(workspaceId, data.postId);
      const planned = post && plan(post, data, now());
      const launched = planned && asLaunched(post, planned, await filesOf(deps, planned), data.askedAt);
      const standing = launched ? await posts.save(await evaluatePolicy(deps, launched), author) : post;
      if (standing?.status !== 'scheduled' || standing.campaignId !== data.campaignId) return;
      // Events arrive in any order: the campaign may have been cancelled before this post was known as one of its
      // posts.
      const campaign = await campaigns.find(workspaceId, data.campaignId);
      if (campaign?.isCancelled) await takeOff(deps, standing, campaign.cancelledAt, author);
    }),
    reactTo(CampaignCancelled, async ({ workspaceId, entityId, occurredAt, correlationId, chain }) => {
      for (const post of await posts.ofCampaign(workspaceId, entityId)) {
        await takeOff(deps, post, occurredAt, systemAuthor('campaigns', { correlationId, chain }));
      }
    }),
  ];
};

/**
 * Takes a post of a cancelled campaign off its schedule, if that is still possible and its time has not been set since.
 * @param cancelledAt when the campaign was cancelled; null if unknown
 */
const takeOff = async ({ posts, now }: Deps, post: Post, cancelledAt: string | null, author: Author): Promise<void> => {
  if (isOverruled(post, cancelledAt)) return;
  try {
    await posts.save(cancel(post, cancelledAt === null ? now() : new Date(cancelledAt)), author);
  } catch (error) {
    // Being published or published: the workflow asks campaigns.permit itself. Written meanwhile: the event is
    // delivered again.
    if (!isRefusedByState(error)) throw error;
  }
};

/** Takes a post off its schedule after the slot that planned it has dropped it. */
const takeOffSlot = async (
  { posts }: Deps,
  workspaceId: string,
  { campaignId, slotId, postId, planVersion, askedAt }: EventOf<typeof CampaignSlotDropped>['data'],
  author: Author,
): Promise<void> => {
  // Without these, the slot was claimed but never planned.
  if (askedAt === undefined || planVersion === undefined) return;
  const post = await posts.find(workspaceId, postId);
  if (!post) return;
  try {
    const off = letGo(post, { campaignId, slotId, planVersion, askedAt });
    if (off) await posts.save(off, author);
  } catch (error) {
    // A post that is or may be partly on X continues to its end.
    if (!isRefusedByState(error)) throw error;
  }
};
