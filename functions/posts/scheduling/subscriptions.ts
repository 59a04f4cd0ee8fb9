import { CampaignCancelled, CampaignSlotDropped, CampaignSlotPlanned } from '#events/campaigns.ts';
import { type Author, systemAuthor } from '#shared/actor.ts';
import type { EventOf } from '#shared/events/event.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import { evaluatePolicy } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import { asLaunched } from '../domain/changed-after-launch.ts';
import { cancel, isOverruled, isRefusedByState, letGo, plan, type Post } from '../domain/post.ts';
import { filesOf } from '../read-files.ts';

/** Posts of campaigns are scheduled by their slots. */
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
      // Events come in any order: the campaign's end may arrive before this post is known as one of its posts.
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
 * Takes a post of an ended campaign off its schedule, if that is still possible and its time has not been set
 * since. @param cancelledAt when the campaign was cancelled; null where that is not known
 */
const takeOff = async ({ posts, now }: Deps, post: Post, cancelledAt: string | null, author: Author): Promise<void> => {
  if (isOverruled(post, cancelledAt)) return;
  try {
    await posts.save(cancel(post, cancelledAt === null ? now() : new Date(cancelledAt)), author);
  } catch (error) {
    // On its way or out: the workflow asks campaigns.permit itself. Written meanwhile: the event comes again.
    if (!isRefusedByState(error)) throw error;
  }
};

/** Takes a post off its schedule when the slot that planned it has let go of it. */
const takeOffSlot = async (
  { posts }: Deps,
  workspaceId: string,
  { campaignId, slotId, postId, planVersion, askedAt }: EventOf<typeof CampaignSlotDropped>['data'],
  author: Author,
): Promise<void> => {
  // Without that, the slot was claimed and never planned.
  if (askedAt === undefined || planVersion === undefined) return;
  const post = await posts.find(workspaceId, postId);
  if (!post) return;
  try {
    const off = letGo(post, { campaignId, slotId, planVersion, askedAt });
    if (off) await posts.save(off, author);
  } catch (error) {
    // Partly out, or perhaps out: it is brought to its end.
    if (!isRefusedByState(error)) throw error;
  }
};
