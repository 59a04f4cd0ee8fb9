import type { Amount, Budget, BudgetWarning, CapKind } from '../domain/budget.ts';
import { minus, nothing, plus, reserve, warningsBetween } from './reserve.ts';

export type BudgetDecision =
  | { outcome: 'permitted'; spent: Amount; warnings: BudgetWarning[] }
  /** The post does not go out, and the campaign pauses with this reason. Nothing was counted. */
  | { outcome: 'pause'; of: CapKind; code: typeof budgetSpent; reason: string };

/** The code of a campaign, or a post, that the campaign's budget stops. */
export const budgetSpent = 'campaign_budget_spent';

const reasons: Readonly<Record<CapKind, string>> = {
  money: 'The budget of the campaign is spent: the next post would cost more than is left.',
  posts: 'The campaign has published as many posts as its budget allows.',
};

export const whyPaused = (of: CapKind): string => `${reasons[of]} Raise the budget, then resume the campaign.`;

/**
 * Whether the budget lets a post of the campaign go out now; a thread is counted as a whole, since half of one is nobody's
 * wish. The post stays counted until it is known not to go out: give it back with `minus` then.
 * @param budget null: none, all is permitted and counted
 * @param held what is counted for this very post already
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
