import { DomainError, notFound } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { zoneClocks } from '#shared/zone-clock.ts';
import type { Deps } from '../deps.ts';
import { assertNotChanging, type Campaign } from '../domain/campaign.ts';
import { leftAloneFor } from '../domain/left-alone.ts';
import { refusal } from '../domain/lifecycle.ts';
import type { Conflict } from '../domain/planned-slot.ts';
import { plan, type Slot } from '../domain/slot.ts';
import { plannedFromSlot } from '../plan-expansion/from-slot.ts';
import { takenBeside } from '../plan-expansion/plan-context.ts';
import { appliedPlan } from '../read-plan.ts';
import { sendingPosts } from '../sending-posts.ts';
import { moveToNow } from './move-to-now.ts';

const reasons = {
  published: 'is already published',
  being_published: 'is being published, or due within a minute',
  failed: 'failed; schedule its post instead',
  dropped: 'was dropped from the campaign; schedule its post instead',
} as const;

/**
 * Publishes one slot now: the write plans it, and posts follow it like any other planning.
 * @throws DomainError `campaign_slot_not_found`; `conflict`: by the campaign's status, or `slot_<why>`
 */
export const runSlotNow = async (
  deps: Deps,
  campaign: Campaign,
  { slotId, note }: { slotId: string; note: string | null },
  caller: Caller,
): Promise<{ slot: Slot; conflicts: Conflict[] }> => {
  if (campaign.status !== 'running') throw refusal(campaign, 'publish a slot now');
  assertNotChanging(campaign);
  const { workspaceId, id } = campaign;
  const [applied, slots] = await Promise.all([appliedPlan(deps, campaign), deps.slots.ofCampaign(workspaceId, id)]);
  const slot = slots.find((each) => each.id === slotId);
  if (!slot) throw notFound('campaign slot');
  const sending = await sendingPosts(deps, campaign);
  const why = leftAloneFor(slot, campaign, { now: deps.now(), isSending: sending.has(slot.postId) });
  if (why !== null) throw new DomainError('conflict', `slot_${why}`, `The slot ${reasons[why]}.`);

  const at = deps.now().toISOString();
  const clockOf = zoneClocks();
  const waiting = slots.filter(({ status }) => status === 'open' || status === 'planned' || status === 'held');
  const found = moveToNow({
    plan: applied,
    slots: waiting.map((each) => plannedFromSlot(each, clockOf)),
    taken: await takenBeside(deps, campaign, slots),
    slotKey: slot.slotKey,
    now: at,
  });
  const moved = { ...slot, publishAt: at, reasons: found.slot.reasons, askedAt: at };
  const ranNow = { at, by: caller.personId, note };
  const saved = await deps.slots.save({ ...plan(moved, campaign.run, at), ranNow }, caller);
  return { slot: saved, conflicts: found.conflicts };
};
