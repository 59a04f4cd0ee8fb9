import type { Amount, Budget, BudgetWarning, CapKind } from '../domain/budget.ts';
import { minus, nothing, plus, reserve, warningsBetween } from './reserve.ts';

export type BudgetDecision =
  | { outcome: 'permitted'; spent: Amount; warnings: BudgetWarning[] }
  /** The post is not published, and the campaign pauses with this reason. Nothing is reserved. */
  | { outcome: 'pause'; of: CapKind; code: typeof budgetSpent; reason: string };

/** Code of a campaign or post that the campaign's budget stops. */
export const budgetSpent = 'campaign_budget_spent';

const reasons: Readonly<Record<CapKind, string>> = {
  money: 'The budget of the campaign is spent: the next post would cost more than is left.',
  posts: 'The campaign has published as many posts as its budget allows.',
};

export const whyPaused = (of: CapKind): string => `${reasons[of]} Raise the budget, then resume the campaign.`;

/**
 * Whether the budget permits a post now. A thread counts as a whole, since nobody wants half of one. The post stays
 * counted until it is known that it will not be published; release it with `minus` then.
 * @param budget null: none; everything is permitted and counted
 * @param held what is already reserved for this post
 */
export const mayPublish = (
  budget: Budget | null,
  spent: Amount,
  cost: Amount,
  held: Amount = nothing,
): BudgetDecision => {
  if (!budget) return { outcome: 'permitted', spent: plus(minus(spent, held), cost), warnings: [] };
  const reservation = reserve(spent, budget, cost, held);
  if (reservation.outcome === 'over_cap') {
    return { outcome: 'pause', of: reservation.of, code: budgetSpent, reason: whyPaused(reservation.of) };
  }
  return {
    outcome: 'permitted',
    spent: reservation.spent,
    warnings: warningsBetween(budget, spent, reservation.spent),
  };
};
