import { dayMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import type { Plan } from '../domain/plan.ts';
import type { Reason } from '../domain/planned-slot.ts';
import { bindContent, type Bound } from './content.ts';
import type { Draft, PlanContext, Taken } from './context.ts';
import { overridesOf, timeOf } from './overrides.ts';
import { membersOf, slotKeyOf } from './series.ts';
import { maxSpreadDays, type QueueInstant, spreadOver } from './spread.ts';

/**
 * The slots of one track at the instants that its times and edits give them, before rules that keep posts apart apply.
 * @param taken publications of its accounts, including those of earlier tracks
 * @throws DomainError `invalid_plan`
 */
export const draftsOf = (
  plan: Plan,
  index: number,
  context: PlanContext,
  taken: readonly Taken[],
  clockOf: (timeZone: string) => ZoneClock,
): Draft[] => {
  const track = plan.tracks[index];
  if (!track) return [];
  const path = `tracks.${index}`;
  const timeZone = track.timeZone ?? plan.timeZone;
  const clock = clockOf(timeZone);
  const members = membersOf(track, plan.policies.monthEnd, clock, path);
  const overrides = overridesOf(track, members, path);
  const bound = bindContent(track, members, overrides, context, path);
  const queued = queueTimesOf(plan, index, bound, context, taken, clockOf);
  return bound.map((each): Draft => {
    const override = overrides.get(each.original);
    const atQueue = queued.get(each.original);
    const placed = timeOf(each.at ?? atQueue ?? null, track, override, clock, plan.policies);
    const missing: Reason = { kind: 'no_queue_time', found: queued.size };
    const reasons: Reason[] = [...each.reasons, ...(atQueue?.reasons ?? []), ...(placed?.reasons ?? [missing])];
    if (override?.content) reasons.push({ kind: 'content_replaced' });
    if (override?.isDropped) reasons.push({ kind: 'dropped_by_edit' });
    const instant = placed?.instant ?? null;
    return {
      slotKey: slotKeyOf(track, each.original),
      trackId: track.id,
      path,
      accountId: each.accountId,
      content: each.content,
      timeZone,
      instant,
      jitterMinutes: override?.wallTime ? 0 : track.jitterMinutes,
      reasons,
      isDropped: instant === null || override?.isDropped === true,
    };
  });
};

/** Queue times of a spread, by original; empty for other tracks. */
const queueTimesOf = (
  plan: Plan,
  index: number,
  bound: readonly Bound[],
  { queues }: PlanContext,
  taken: readonly Taken[],
  clockOf: (timeZone: string) => ZoneClock,
): ReadonlyMap<string, QueueInstant> => {
  const times = plan.tracks[index]?.times;
  if (times?.kind !== 'spread') return new Map();
  const path = `tracks.${index}`;
  if (Date.parse(times.to) - Date.parse(times.from) > maxSpreadDays * dayMs) {
    throw invalidField(`${path}.times.to`, 'spread_too_long', `must be at most ${maxSpreadDays} days after \`from\``);
  }
  const byAccount = Map.groupBy(bound, ({ accountId }) => accountId);
  return new Map(
    [...byAccount].flatMap(([accountId, slots]) => {
      const queue = queues.find((each) => each.accountId === accountId);
      if (!queue) throw invalidField(`${path}.accountIds`, 'account_without_queue', `${accountId} has no queue`);
      const found = spreadOver(times, slots.length, queue, taken, clockOf(queue.timeZone));
      return found.map((each, place): [string, QueueInstant] => [slots[place]?.original ?? '', each]);
    }),
  );
};
