import { minuteMs } from '#shared/time.ts';
import { zoneClocks } from '#shared/zone-clock.ts';
import type { Deps } from '../deps.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Conflict, PlannedSlot, Reason } from '../domain/planned-slot.ts';
import { isMissed } from '../domain/run-window.ts';
import type { Slot } from '../domain/slot.ts';
import { plannedFromSlot } from '../plan-expansion/from-slot.ts';
import { takenBeside } from '../plan-expansion/plan-context.ts';
import { appliedPlan } from '../read-plan.ts';
import { sendingPosts } from '../sending-posts.ts';
import { catchUp } from './catch-up.ts';

/** A resumption that deals with slots due from `since` until `until` (UTC). */
export type CatchUp = NonNullable<Campaign['catchUp']>;

/** What a resumption does with slots that are not published. */
export interface Replanned {
  missed: number;
  moved: { slot: Slot; to: PlannedSlot; dueAt: string }[];
  skipped: { slot: Slot; reasons: Reason[]; dueAt: string }[];
  unchanged: number;
  conflicts: Conflict[];
}

/** Slots due this soon after the resumption are already on their way. */
const onItsWayMs = minuteMs;

/**
 * What happens to the unpublished slots: those missed, and under some policies those after them. Slots that the
 * resumption has already dealt with count with their previous time, so that the result stays the same while it is
 * carried out step by step.
 */
export const replanMissed = async (
  deps: Pick<Deps, 'plans' | 'slots' | 'times' | 'passes' | 'now'>,
  campaign: Campaign,
  asked: CatchUp,
): Promise<Replanned> => {
  const { workspaceId, id } = campaign;
  const all = await deps.slots.ofCampaign(workspaceId, id);
  const dueOf = (slot: Slot): string => (slot.caughtUp?.run === asked.run ? slot.caughtUp.from : slot.publishAt);
  const waiting = all.filter(({ status }) => status === 'open' || status === 'planned' || status === 'held');
  if (!waiting.some((slot) => isMissed({ publishAt: dueOf(slot) }, asked))) {
    return { missed: 0, moved: [], skipped: [], unchanged: waiting.length, conflicts: [] };
  }
  const plan = await appliedPlan(deps, campaign);
  const sending = await sendingPosts(deps, campaign);
  const isOnItsWay = (slot: Slot): boolean => {
    if (slot.status !== 'planned' || slot.caughtUp?.run === asked.run) return false;
    const [due, until] = [Date.parse(slot.publishAt), Date.parse(asked.until)];
    return sending.has(slot.postId) || (until <= due && due < until + onItsWayMs);
  };
  const free = waiting.filter((slot) => !isOnItsWay(slot));
  const clockOf = zoneClocks();
  const found = catchUp({
    plan,
    slots: free.map((slot) => ({ ...plannedFromSlot(slot, clockOf), publishAt: dueOf(slot) })),
    taken: [...(await takenBeside(deps, campaign, all)), ...waiting.filter(isOnItsWay)],
    since: asked.since,
    now: asked.until,
    policy: asked.policy,
  });
  const placed = new Map(found.slots.map((slot) => [slot.slotKey, slot]));
  const given = new Map(found.dropped.map(({ slotKey, reasons }) => [slotKey, reasons]));
  const replanned: Replanned = { missed: 0, moved: [], skipped: [], unchanged: 0, conflicts: found.conflicts };
  for (const slot of waiting) {
    const dueAt = dueOf(slot);
    if (!isOnItsWay(slot) && isMissed({ publishAt: dueAt }, asked)) replanned.missed += 1;
    const [to, reasons] = [placed.get(slot.slotKey), given.get(slot.slotKey)];
    if (reasons) replanned.skipped.push({ slot, reasons, dueAt });
    else if (to && to.publishAt !== dueAt) replanned.moved.push({ slot, to, dueAt });
    else replanned.unchanged += 1;
  }
  replanned.skipped.sort((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt));
  replanned.moved.sort((one, other) => Date.parse(one.to.publishAt) - Date.parse(other.to.publishAt));
  return replanned;
};
