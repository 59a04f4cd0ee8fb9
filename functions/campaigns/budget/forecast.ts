import type { Amount, Budget, Forecast, Pace } from '../domain/budget.ts';
import { nothing, plus, reserve, warningsBetween } from './reserve.ts';

/** A slot and what X bills for its post, in micro-dollars. */
export interface CostedSlot {
  slotKey: string;
  /** UTC. */
  publishAt: string;
  micros: number;
}

const byTime = (one: CostedSlot, other: CostedSlot): number =>
  Date.parse(one.publishAt) - Date.parse(other.publishAt) || (one.slotKey < other.slotKey ? -1 : 1);

const costOf = ({ micros }: CostedSlot): Amount => ({ micros, posts: 1 });
const sumOf = (slots: readonly CostedSlot[]): Amount => slots.map(costOf).reduce(plus, nothing);

/**
 * Where the spending will stand at the end of the plan.
 * @param left the slots that are still to go out, in any order
 */
export const forecastOf = (budget: Budget | null, spent: Amount, left: readonly CostedSlot[]): Forecast => {
  const total = plus(spent, sumOf(left));
  if (!budget) return { total, withinCap: total, pausesAt: null, postsLeftOut: 0, warnings: [] };
  const coming = left.toSorted(byTime);
  let within = spent;
  const warnings: Forecast['warnings'] = [];
  for (const [place, slot] of coming.entries()) {
    const { slotKey, publishAt: at } = slot;
    const reservation = reserve(within, budget, costOf(slot));
    if (reservation.outcome === 'over_cap') {
      const pausesAt = { slotKey, publishAt: at, of: reservation.of };
      return { total, withinCap: within, pausesAt, postsLeftOut: coming.length - place, warnings };
    }
    warnings.push(...warningsBetween(budget, within, reservation.spent).map((warning) => ({ ...warning, at })));
    within = reservation.spent;
  }
  return { total, withinCap: total, pausesAt: null, postsLeftOut: 0, warnings };
};

/** So much more or less than planned is still on plan. */
const tolerance = 0.1;

const standingOf = (spent: number, planned: number): Pace['standing'] => {
  if (spent > planned * (1 + tolerance)) return 'ahead';
  return spent < planned * (1 - tolerance) ? 'behind' : 'on_plan';
};

/**
 * How the spending compares with the plan at an instant.
 * @param slots all of the plan, those that are out included
 */
export const paceAt = (budget: Budget | null, spent: Amount, slots: readonly CostedSlot[], now: string): Pace => {
  const at = Date.parse(now);
  const instants = slots.map(({ publishAt }) => Date.parse(publishAt));
  // One that has no slots yet has spent no time either.
  const [first, last] = instants.length === 0 ? [at, at + 1] : [Math.min(...instants), Math.max(...instants)];
  const planned = sumOf(slots.filter(({ publishAt }) => Date.parse(publishAt) <= at));
  const timeShare = at >= last ? 1 : Math.max(0, (at - first) / (last - first));
  const even = (cap: number | null): number | null => (cap === null ? null : Math.floor(cap * timeShare));
  return {
    timeShare,
    spent,
    planned,
    even: { micros: even(budget?.maxMicros ?? null), posts: even(budget?.maxPosts ?? null) },
    standing: standingOf(spent.micros, planned.micros),
  };
};
