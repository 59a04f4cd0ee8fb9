import { dayMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import type { Plan, Times } from '../domain/plan.ts';
import type { Reason } from '../domain/planned-slot.ts';
import type { AccountQueue, Taken } from './context.ts';
import { placeWallTime } from './place-wall-time.ts';
import { clockMs, dayNumberOf, wallText } from './wall-time.ts';

/** Longer periods are a mistake, and would be walked day by day. */
export const maxSpreadDays = 366;

/** Maximum number of queue times that all spreads of a plan together may check; takes half a second. */
const maxLookedAt = 3_000_000;

/**
 * Rejects plans whose spreads would check too many queue times: days times weekly slots, for every account.
 * @throws DomainError `invalid_plan`
 */
export const assertSpreads = ({ tracks }: Plan, queues: readonly AccountQueue[]): void => {
  const slotsOf = new Map(queues.map(({ accountId, slots }) => [accountId, slots.length]));
  let lookedAt = 0;
  for (const [index, { times, accountIds }] of tracks.entries()) {
    if (times.kind !== 'spread') continue;
    const days = Math.ceil((Date.parse(times.to) - Date.parse(times.from)) / dayMs);
    lookedAt += days * accountIds.reduce((sum, accountId) => sum + (slotsOf.get(accountId) ?? 0), 0);
    if (lookedAt > maxLookedAt) {
      const said =
        'searches too many queue times, together with the tracks before it; use fewer accounts or a shorter period';
      throw invalidField(`tracks.${index}.times`, 'spread_too_costly', said);
    }
  }
};

/** A queue time with its reasons. */
export interface QueueInstant {
  instant: number;
  reasons: Reason[];
}

/**
 * Picks `count` free times of an account's queue between two instants, spread evenly over the free times; fewer if
 * there are not enough. As in the queue itself, times in a gap move later, and of an overlap the first counts.
 * @param clock clock of the queue's time zone
 */
export const spreadOver = (
  { from, to }: Pick<Extract<Times, { kind: 'spread' }>, 'from' | 'to'>,
  count: number,
  { accountId, timeZone, slots }: AccountQueue,
  taken: readonly Taken[],
  clock: ZoneClock,
): QueueInstant[] => {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const used = new Set(taken.filter((each) => each.accountId === accountId).map((each) => Date.parse(each.publishAt)));
  const free = new Map<number, QueueInstant>();
  // A gap can move a time of the day before to the first day.
  for (let day = dayNumberOf(clock.wallAt(first)) - 1; day <= dayNumberOf(clock.wallAt(last)); day += 1) {
    const weekday = ((day + 3) % 7) + 1;
    for (const slot of slots) {
      if (slot.weekday !== weekday) continue;
      const wall = day * dayMs + clockMs(slot.time);
      const { instant, reasons } = placeWallTime(wall, clock, { gap: 'shift_later', overlap: 'first' });
      if (instant === null || instant < first || instant >= last || used.has(instant) || free.has(instant)) continue;
      free.set(instant, { instant, reasons: [{ kind: 'queue_time', wallTime: wallText(wall), timeZone }, ...reasons] });
    }
  }
  const sorted = [...free.values()].sort((one, other) => one.instant - other.instant);
  if (sorted.length <= count) return sorted;
  // The middle of each of `count` equal shares.
  return Array.from(
    { length: count },
    (_, place) => sorted[Math.floor(((place + 0.5) * sorted.length) / count)],
  ).filter((each) => each !== undefined);
};
