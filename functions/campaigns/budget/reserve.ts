import type { Amount, Budget, BudgetWarning, CapKind } from '../domain/budget.ts';

export type Caps = Pick<Budget, 'maxMicros' | 'maxPosts'>;

export const nothing: Amount = { micros: 0, posts: 0 };

export type Reservation =
  | { outcome: 'reserved'; spent: Amount }
  /** Nothing is reserved. */
  | { outcome: 'over_cap'; of: CapKind };

/**
 * The maximum already spent at which another cost fits, for a conditional write; null: no limit; negative: never fits.
 * @param held what is already reserved for the same post, see `reserve`
 */
export const roomFor = (
  { maxMicros, maxPosts }: Caps,
  cost: Amount,
  held: Amount = nothing,
): { micros: number | null; posts: number | null } => ({
  micros: maxMicros === null ? null : maxMicros - cost.micros + held.micros,
  posts: maxPosts === null ? null : maxPosts - cost.posts + held.posts,
});

/**
 * Reserves a cost before it is spent. The decision depends only on the counter, so that posts due at the same time
 * cannot exceed the caps together, in any order; the store decides the same with a conditional write under `roomFor`.
 * @param held what is already reserved for the same post, so that repeated requests count once and changes are included
 */
export const reserve = (spent: Amount, caps: Caps, cost: Amount, held: Amount = nothing): Reservation => {
  const room = roomFor(caps, cost, held);
  if (room.micros !== null && spent.micros > room.micros) return { outcome: 'over_cap', of: 'money' };
  if (room.posts !== null && spent.posts > room.posts) return { outcome: 'over_cap', of: 'posts' };
  return { outcome: 'reserved', spent: plus(minus(spent, held), cost) };
};

export const plus = (one: Amount, other: Amount): Amount => ({
  micros: one.micros + other.micros,
  posts: one.posts + other.posts,
});

/** Subtracts the cost of what was not published. */
export const minus = (spent: Amount, cost: Amount): Amount => ({
  micros: spent.micros - cost.micros,
  posts: spent.posts - cost.posts,
});

/** Warning thresholds that this spending has reached. A cap of zero has none, as nothing is spent under it. */
const linesReached = ({ maxMicros, maxPosts, warnAtPercent }: Budget, spent: Amount): BudgetWarning[] => {
  const reached = (of: CapKind, cap: number | null, value: number): BudgetWarning[] =>
    cap === null || cap === 0
      ? []
      : warnAtPercent.filter((percent) => value * 100 >= cap * percent).map((percent) => ({ of, percent }));
  return [...reached('money', maxMicros, spent.micros), ...reached('posts', maxPosts, spent.posts)];
};

/** Warnings for a change of the spending. A threshold that is reached again after a release warns again. */
export const warningsBetween = (budget: Budget, before: Amount, after: Amount): BudgetWarning[] => {
  const known = linesReached(budget, before);
  return linesReached(budget, after).filter(
    ({ of, percent }) => !known.some((each) => each.of === of && each.percent === percent),
  );
};
