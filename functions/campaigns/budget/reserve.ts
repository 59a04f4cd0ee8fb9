import type { Amount, Budget, BudgetWarning, CapKind } from '../domain/budget.ts';

export type Caps = Pick<Budget, 'maxMicros' | 'maxPosts'>;

export const nothing: Amount = { micros: 0, posts: 0 };

export type Reservation =
  | { outcome: 'reserved'; spent: Amount }
  /** Nothing was counted. */
  | { outcome: 'over_cap'; of: CapKind };

/**
 * The most that may be counted already for one more cost to fit, the condition of a conditional write; null for no bound.
 * Below zero: it never fits.
 * @param held what is counted for the same post already, see `reserve`
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
 * Counts a cost before it is spent. It is decided on the counter alone, so that of any number of posts that are due at once
 * no more get through than the caps allow, in whatever order they come: the store makes the same decision by a conditional
 * write under `roomFor`.
 * @param held what is counted for the same post already: asking again counts nothing twice, and a post that was changed
 *   meanwhile counts as it is now
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

/** What was counted without what did not go out. */
export const minus = (spent: Amount, cost: Amount): Amount => ({
  micros: spent.micros - cost.micros,
  posts: spent.posts - cost.posts,
});

/** The lines of the budget that so much has reached. A cap of zero has none: nothing is spent under it. */
const linesReached = ({ maxMicros, maxPosts, warnAtPercent }: Budget, spent: Amount): BudgetWarning[] => {
  const reached = (of: CapKind, cap: number | null, value: number): BudgetWarning[] =>
    cap === null || cap === 0
      ? []
      : warnAtPercent.filter((percent) => value * 100 >= cap * percent).map((percent) => ({ of, percent }));
  return [...reached('money', maxMicros, spent.micros), ...reached('posts', maxPosts, spent.posts)];
};

/** The warnings that a change of the spending calls for. One that was given back and is spent again is told again. */
export const warningsBetween = (budget: Budget, before: Amount, after: Amount): BudgetWarning[] => {
  const known = linesReached(budget, before);
  return linesReached(budget, after).filter(
    ({ of, percent }) => !known.some((each) => each.of === of && each.percent === percent),
  );
};
