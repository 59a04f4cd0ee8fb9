import * as z from 'zod';
import type { PermitOutcome } from '#events/publishing.ts';
import { CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task, type TaskOrigin } from '#shared/lambda/task.ts';
import { Instant } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, complete, permitOf } from '../domain/campaign.ts';
import { afterPlanning, isToPlan, nextCheckAt } from '../domain/planning.ts';
import { follow, isDone, plan, type Slot } from '../domain/slot.ts';
import { tasks as names } from '../task-names.ts';

const onCampaign = { workspaceId: WorkspaceId, campaignId: CampaignId };
const onRun = { ...onCampaign, run: z.int().min(1) };

/** The steps of `publish-post` and `run-campaign` that this context carries out. */
export const lifecycleTasks = (deps: Deps): Task[] => {
  const { campaigns, slots, now } = deps;
  return [
    task(
      names.permit,
      z.object({ ...onCampaign, postId: PostId, timeSetAt: Instant.nullable().default(null) }),
      async ({ workspaceId, campaignId, timeSetAt }): Promise<PermitOutcome> => {
        const campaign = await campaigns.find(workspaceId, campaignId);
        return { outcome: campaign ? permitOf(campaign, timeSetAt) : 'cancelled' };
      },
    ),
    // Every slot is written by itself: a second call goes on where the first one broke off.
    task(names.planWindow, z.object(onRun), async ({ workspaceId, campaignId, run }, origin) => {
      const campaign = await campaigns.find(workspaceId, campaignId);
      if (campaign?.status !== 'running' || campaign.run !== run) return { outcome: 'ended' };
      const found = await slots.ofCampaign(workspaceId, campaignId);
      return afterPlanning(await Promise.all(found.map((slot) => plannedIfDue(deps, slot, campaign, origin))), now());
    }),
    task(
      names.finish,
      z.object({ ...onRun, checks: z.int().min(0).default(0) }),
      async ({ workspaceId, campaignId, run, checks }, origin) => {
        const campaign = await campaigns.find(workspaceId, campaignId);
        if (campaign?.run !== run) return { outcome: 'ended' };
        if (campaign.status === 'completed') return { outcome: 'completed' };
        if (campaign.status !== 'running') return { outcome: 'ended' };
        const all = await slots.ofCampaign(workspaceId, campaignId);
        if (!all.every(isDone)) {
          return { outcome: 'pending', retryAt: nextCheckAt(checks, now()), checks: checks + 1 };
        }
        const published = all.filter(({ status }) => status === 'published').length;
        await campaigns.save(complete(campaign, { published, notPublished: all.length - published }), origin);
        return { outcome: 'completed' };
      },
    ),
  ];
};

/**
 * The slot after this run's planning of it. An open one may not know yet that its post is out or deleted, or that its
 * time was decided again since the campaign was launched or resumed: then there is nothing to plan.
 */
const plannedIfDue = async (
  { slots, posts, now }: Deps,
  slot: Slot,
  { run, startedAt }: Campaign,
  origin: TaskOrigin,
): Promise<Slot> => {
  if (slot.status === 'open') {
    const post = await posts.find(slot.workspaceId, slot.postId);
    const news = post && {
      status: post.status,
      version: post.entityVersion,
      campaignId: null,
      code: null,
      at: post.at,
    };
    const followed = news && follow({ ...slot, askedAt: startedAt }, news);
    if (followed) return slots.save(followed, origin);
  }
  return isToPlan(slot, run, now()) ? slots.save(plan(slot, run, startedAt), origin) : slot;
};
