import type { Amount, Budget, Forecast, Pace } from '../domain/budget.ts';
import { nothing, plus, reserve, warningsBetween } from './reserve.ts';

/** A slot and the cost of its post at X, in micro-dollars. */
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
 * Forecasts the spending at the end of the plan.
 * @param left slots whose cost is not in `spent` yet, in any order
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

/** Relative deviation from the plan that still counts as on plan. */
const tolerance = 0.1;

const standingOf = (spent: number, planned: number): Pace['standing'] => {
  if (spent > planned * (1 + tolerance)) return 'ahead';
  return spent < planned * (1 - tolerance) ? 'behind' : 'on_plan';
};

/**
 * Compares the spending with the plan at an instant.
 * @param slots all slots of the plan, including published ones
 */
export const paceAt = (budget: Budget | null, spent: Amount, slots: readonly CostedSlot[], now: string): Pace => {
  const at = Date.parse(now);
  const instants = slots.map(({ publishAt }) => Date.parse(publishAt));
  // Without slots, no time has elapsed.
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
