import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { xCostOf } from '../budget/x-cost.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, isLaunched, isLaunching, type Launch } from '../domain/campaign.ts';
import { type CheckedSlot, isNewSlot } from '../domain/check.ts';
import { slotOf } from '../domain/slot.ts';
import { idOf } from './open-check.ts';

interface Part {
  workspaceId: string;
  campaignId: string;
  number: number;
  part: number;
}

type Claimed =
  | { outcome: 'claimed' }
  | { outcome: 'ended' }
  /** A post was claimed, published or deleted meanwhile. */
  | { outcome: 'taken'; code: string; reason: string };

/**
 * Claims the posts of one part of a launch or change and creates its slots, all or none. Idempotent. A post belongs to
 * at most one launched campaign: the claim is conditional on nobody having claimed it meanwhile.
 */
export const claimPart = async (
  deps: Deps,
  { workspaceId, campaignId, number, part }: Part,
  author: Author,
): Promise<Claimed> => {
  const campaign = await deps.campaigns.find(workspaceId, campaignId);
  if (!campaign?.launch || !isLaunching(campaign, number)) return { outcome: 'ended' };
  const found = await deps.checks.getPart(workspaceId, campaignId, idOf({ kind: 'launch', number }), part);
  const slots = found.slots.filter(isNewSlot);
  if (slots.length === 0) return { outcome: 'claimed' };
  const known = await deps.posts.findAll(
    workspaceId,
    slots.map(({ postId }) => postId),
  );
  const { launch } = campaign;
  const claims = slots.map((planned) => {
    const costMicros = planned.facts ? xCostOf(planned.facts, planned.publishAt) : 0;
    const slot = slotOf(campaign, { ...planned, costMicros }, launch);
    const { postId } = planned;
    const seen = known.get(postId)?.taken?.slotId ?? null;
    return { slot, claim: { postId, slotId: slot.id, micros: costMicros, seen } };
  });
  const blocker = await blockerOf(deps, campaign, slots, known);
  if (blocker) return { outcome: 'taken', ...blocker };
  if (!(await deps.slots.claim({ ...campaign, launch }, claims, author))) {
    // Another campaign was faster, or this launch has ended; the retry finds out which.
    throw new Error(`A post of part ${part} was taken meanwhile`);
  }
  // Slots with claims come first in the parts of a check.
  await noteProgress(deps, campaign, number, found.from + slots.length, author);
  return { outcome: 'claimed' };
};

const blockerOf = async (
  deps: Deps,
  campaign: Campaign,
  slots: readonly CheckedSlot[],
  known: Awaited<ReturnType<Deps['posts']['findAll']>>,
): Promise<{ code: string; reason: string } | undefined> => {
  for (const { postId, slotKey } of slots) {
    const post = known.get(postId);
    if (post?.status === 'published' || post?.status === 'deleted') {
      return {
        code: `post_${post.status}`,
        reason: `The post ${postId} of the slot ${slotKey} has been ${post.status} in the meantime. Choose another post.`,
      };
    }
    const taken = post?.taken;
    const isAnothers = taken && taken.campaignId !== campaign.id && taken.letGoAt === null;
    const holder = isAnothers === true ? taken.campaignId : undefined;
    const other = holder === undefined ? undefined : await deps.campaigns.find(campaign.workspaceId, holder);
    if (other && isLaunched(other)) {
      return {
        code: 'post_taken',
        reason: `The campaign ${other.id} has claimed the post ${postId} in the meantime. Choose another post.`,
      };
    }
  }
  return undefined;
};

/** Shows the progress of the launch. */
const noteProgress = (deps: Deps, { workspaceId, id }: Campaign, number: number, done: number, author: Author) =>
  retryOnLostUpdate(async () => {
    const campaign = await deps.campaigns.find(workspaceId, id);
    if (!campaign?.launch || !isLaunching(campaign, number)) return;
    const { launch } = campaign;
    // The parts of a change also contain slots without a claim.
    const noted = Math.min(done, launch.claims);
    await deps.campaigns.save({ ...campaign, launch: { ...launch, done: noted } }, author);
  });

/**
 * Deletes the slots of earlier launches that this one did not claim again.
 * @throws Error if a slot is missing; DomainError `changed_meanwhile`
 */
export const finishClaims = async (
  deps: Pick<Deps, 'slots'>,
  { workspaceId, id }: Campaign,
  launch: Launch,
  author: Author,
): Promise<void> => {
  const all = await deps.slots.ofCampaign(workspaceId, id);
  const own = all.filter((slot) => slot.launch === launch.number);
  if (own.length < launch.total) throw new Error(`${own.length} of ${launch.total} slots are claimed`);
  for (const slot of all) if (slot.launch !== launch.number) await deps.slots.drop(slot, author);
};
