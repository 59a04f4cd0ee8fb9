import { dayMs, instantAfter } from '#shared/time.ts';
import { isDone, isHeldByPause, type Slot } from './slot.ts';

/** How far ahead slots are planned. */
export const windowMs = 7 * dayMs;

/** How long before its first slot the next window is planned. */
const leadMs = dayMs;

/** Delay before the first check for the end; it doubles with each check, up to six hours. */
const firstCheckMs = 2_000;
const longestCheckMs = 6 * 3_600_000;

/**
 * Whether a run plans the slot now: it is open and due within the window, or held. A slot held for another reason than
 * the pause waits until a person schedules the post or resumes the campaign; a newer plan alone does not release it.
 * @param startedRun the run that the latest launch or resumption began
 */
export const isToPlan = (slot: Slot, { startedRun }: { startedRun: number }, now: Date): boolean => {
  if (slot.status === 'held') return isHeldByPause(slot) || slot.plannedInRun < startedRun;
  return slot.status === 'open' && Date.parse(slot.publishAt) <= now.getTime() + windowMs;
};

/** Whether a slot was due while its campaign was paused, between two instants (UTC). */
export const isMissed = (
  { publishAt }: Pick<Slot, 'publishAt'>,
  { since, until }: { since: string; until: string },
): boolean => Date.parse(since) <= Date.parse(publishAt) && Date.parse(publishAt) < Date.parse(until);

/** When planning the slot was requested: with the run, or with a later change of the slot. */
export const askedAtOf = (
  { askedAt }: Pick<Slot, 'askedAt'>,
  { startedAt }: { startedAt: string | null },
): string | undefined => {
  if (startedAt === null || askedAt === undefined) return askedAt ?? startedAt ?? undefined;
  return Date.parse(askedAt) > Date.parse(startedAt) ? askedAt : startedAt;
};

/** What a run's workflow does after planning: wait for the next window, or for the last slot. */
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

/** When to check again whether a campaign is done, after this many checks. */
export const nextCheckAt = (checks: number, now: Date): string =>
  instantAfter(now, Math.min(firstCheckMs * 2 ** checks, longestCheckMs));
