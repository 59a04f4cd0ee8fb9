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
 * the pause waits for a person: to schedule the post, or to resume the campaign. A newer plan alone does not release it.
 * @param startedRun the run that the latest launch or resumption has begun
 */
export const isToPlan = (slot: Slot, { startedRun }: { startedRun: number }, now: Date): boolean => {
  if (slot.status === 'held') return isHeldByPause(slot) || slot.plannedInRun < startedRun;
  return slot.status === 'open' && Date.parse(slot.publishAt) <= now.getTime() + windowMs;
};

/** Whether a slot was due while its campaign was paused: from one instant (UTC) until another. */
export const isMissed = (
  { publishAt }: Pick<Slot, 'publishAt'>,
  { since, until }: { since: string; until: string },
): boolean => Date.parse(since) <= Date.parse(publishAt) && Date.parse(publishAt) < Date.parse(until);

/** When the planning of a slot was asked for: with the run, or with a later change of the slot. */
export const askedAtOf = (
  { askedAt }: Pick<Slot, 'askedAt'>,
  { startedAt }: { startedAt: string | null },
): string | undefined => {
  if (startedAt === null || askedAt === undefined) return askedAt ?? startedAt ?? undefined;
  return Date.parse(askedAt) > Date.parse(startedAt) ? askedAt : startedAt;
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
