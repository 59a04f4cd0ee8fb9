import * as z from 'zod';
import { CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task, type TaskOrigin } from '#shared/lambda/task.ts';
import { Instant } from '#shared/time.ts';
import { permit } from '../budget/passes.ts';
import { ClaimedContent } from '../budget/x-cost.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, complete, isChanging } from '../domain/campaign.ts';
import type { KnownPost } from '../domain/known-post.ts';
import { afterPlanning, askedAtOf, isToPlan, nextCheckAt } from '../domain/run-window.ts';
import { follow, isDone, plan, type Slot } from '../domain/slot.ts';
import { tasks as names } from '../task-names.ts';

const onCampaign = { workspaceId: WorkspaceId, campaignId: CampaignId };
const onRun = { ...onCampaign, run: z.int().min(1) };

/** Tasks of `publish-post` and `run-campaign`. */
export const lifecycleTasks = (deps: Deps): Task[] => {
  const { campaigns, slots, now } = deps;
  return [
    task(
      names.permit,
      z.object({
        ...onCampaign,
        postId: PostId,
        timeSetAt: Instant.nullable().default(null),
        content: ClaimedContent.optional(),
      }),
      async (asked, origin) => permit(deps, asked, origin),
    ),
    // Slots are written one by one; a repeated call continues where the first one stopped.
    task(names.planWindow, z.object(onRun), async ({ workspaceId, campaignId, run }, origin) => {
      const campaign = await campaigns.find(workspaceId, campaignId);
      if (campaign?.status !== 'running' || campaign.run !== run) return { outcome: 'ended' };
      const found = await slots.ofCampaign(workspaceId, campaignId);
      const due = found.filter((slot) => isToPlan(slot, campaign, now()));
      const planned = await planSome(deps, due.slice(0, maxPlanned), campaign, origin);
      if (due.length > maxPlanned) return { outcome: 'more' };
      return afterPlanning(
        found.map((slot) => planned.get(slot.id) ?? slot),
        now(),
      );
    }),
    task(
      names.finish,
      z.object({ ...onRun, checks: z.int().min(0).default(0) }),
      async ({ workspaceId, campaignId, run, checks }, origin) => {
        const campaign = await campaigns.find(workspaceId, campaignId);
        if (campaign?.run !== run) return { outcome: 'ended' };
        if (campaign.status === 'completed') return { outcome: 'completed' };
        if (campaign.status !== 'running') return { outcome: 'ended' };
        const found = await slots.ofCampaign(workspaceId, campaignId);
        // Slots that a newer plan left out no longer belong to the campaign.
        const all = found.filter(({ letGo }) => letGo?.why !== 'replanned');
        // A change may be about to add slots.
        if (isChanging(campaign) || !all.every(isDone)) {
          return { outcome: 'pending', retryAt: nextCheckAt(checks, now()), checks: checks + 1 };
        }
        const published = all.filter(({ status }) => status === 'published').length;
        const result = { published, notPublished: all.length - published };
        await campaigns.save(complete(campaign, result, { by: 'campaigns', now: now() }), origin);
        return { outcome: 'completed' };
      },
    ),
  ];
};

/** Maximum number of slots planned per call, well within the function's timeout. */
const maxPlanned = 200;

/** Maximum number of concurrent writes. */
const maxAtOnce = 20;

const planSome = async (
  deps: Deps,
  due: readonly Slot[],
  campaign: Campaign,
  origin: TaskOrigin,
): Promise<Map<string, Slot>> => {
  const planned = new Map<string, Slot>();
  for (let from = 0; from < due.length; from += maxAtOnce) {
    const some = due.slice(from, from + maxAtOnce);
    const known = await deps.posts.findAll(
      campaign.workspaceId,
      some.map(({ postId }) => postId),
    );
    const saved = await Promise.all(
      some.map((slot) => plannedNow(deps, slot, known.get(slot.postId), campaign, origin)),
    );
    for (const slot of saved) planned.set(slot.id, slot);
  }
  return planned;
};

/**
 * Plans the slot in this run, unless its post was published or deleted, or its time decided again since the launch or
 * resumption, which an open slot may not know yet.
 */
const plannedNow = async (
  { slots }: Pick<Deps, 'slots'>,
  slot: Slot,
  post: KnownPost | undefined,
  campaign: Campaign,
  origin: TaskOrigin,
): Promise<Slot> => {
  const askedAt = askedAtOf(slot, campaign);
  if (slot.status === 'open' && post) {
    const news = { status: post.status, version: post.entityVersion, campaignId: null, code: null, at: post.at };
    const followed = follow({ ...slot, askedAt }, news);
    if (followed) return slots.save(followed, origin);
  }
  return slots.save(plan(slot, campaign.run, askedAt), origin);
};
