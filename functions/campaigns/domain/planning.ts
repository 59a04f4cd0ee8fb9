import { dayMs, instantAfter } from '#shared/time.ts';
import { isDone, isHeldByPause, type Slot } from './slot.ts';

/** Slots are planned this far ahead. */
export const windowMs = 7 * dayMs;

/** The next window is planned when its first slot is still this far away. */
const leadMs = dayMs;

/** The first check for the end comes after this; each one doubles it, up to six hours. */
const firstCheckMs = 2_000;
const longestCheckMs = 6 * 3_600_000;

/**
 * Whether a run plans the slot now: it is open and due within the window, or held. What was held for another reason than
 * the pause waits for a person: to schedule the post, or to resume the campaign, which makes a new run.
 */
export const isToPlan = (slot: Slot, run: number, now: Date): boolean => {
  if (slot.status === 'held') return isHeldByPause(slot) || slot.plannedInRun < run;
  return slot.status === 'open' && Date.parse(slot.publishAt) <= now.getTime() + windowMs;
};

/** What the workflow of a run does after a planning: wait for the next window, or for the last slot. */
export const afterPlanning = (
  slots: readonly Slot[],
  now: Date,
): { outcome: 'wait'; until: string } | { outcome: 'finish'; at: string } => {
  const [next] = slots.filter(({ status }) => status === 'open').sort(byTime);
  if (next) return { outcome: 'wait', until: instantAfter(next.publishAt, -leadMs) };
  const last = slots
    .filter((slot) => !isDone(slot))
    .sort(byTime)
    .at(-1);
  return { outcome: 'finish', at: last?.publishAt ?? now.toISOString() };
};

const byTime = (one: Slot, other: Slot): number => Date.parse(one.publishAt) - Date.parse(other.publishAt);

/** When to check again whether a campaign is done, after that many checks. */
export const nextCheckAt = (checks: number, now: Date): string =>
  instantAfter(now, Math.min(firstCheckMs * 2 ** checks, longestCheckMs));
