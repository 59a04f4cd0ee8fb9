import { counted } from '#shared/text.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { CostedSlot } from '../budget/forecast.ts';
import type { CapKind, Forecast } from '../domain/budget.ts';
import { type Found, found, nowhere } from './found.ts';
import type { LaunchFacts } from './launch-facts.ts';

/** Formats micro-dollars as dollars, rounded up to the cent, so that no recommended budget is too small. */
export const dollars = (micros: number): string => `$${(Math.ceil(micros / 10_000) / 100).toFixed(2)}`;

/** Checks whether the campaign's budget and the workspace's monthly budgets suffice for the plan. */
export const checkBudget = (
  costed: readonly CostedSlot[],
  { total, pausesAt, postsLeftOut }: Forecast,
  { workspaceBudget }: LaunchFacts,
): Found[] => [
  ...(pausesAt ? [tooSmall(pausesAt, total, postsLeftOut)] : []),
  ...(workspaceBudget ? ofMonths(costed, workspaceBudget) : []),
];

const needs: Readonly<Record<CapKind, (total: Forecast['total']) => string>> = {
  money: ({ micros }) => dollars(micros),
  posts: ({ posts }) => counted(posts, 'post'),
};

const tooSmall = (
  { slotKey, publishAt, of }: NonNullable<Forecast['pausesAt']>,
  total: Forecast['total'],
  postsLeftOut: number,
): Found => {
  const message = `The budget is too small: the campaign would pause at ${publishAt} with ${counted(postsLeftOut, 'post')} left.`;
  const advice = `Raise it to at least ${needs[of](total)}, or plan fewer posts.`;
  return found('blocker', 'budget_too_small', { ...nowhere, slotKey }, message, advice);
};

const ofMonths = (
  costed: readonly CostedSlot[],
  { monthlyMicros, usedMicros }: NonNullable<LaunchFacts['workspaceBudget']>,
): Found[] => {
  const months = Map.groupBy(costed, ({ publishAt }) => billingMonthOf(new Date(publishAt)));
  return [...months].flatMap(([month, slots]) => {
    const planned = slots.reduce((sum, { micros }) => sum + micros, 0);
    const left = Math.max(0, monthlyMicros - (usedMicros[month] ?? 0));
    if (planned <= left) return [];
    const message = `The campaign costs ${dollars(planned)} in ${month} (UTC), but only ${dollars(left)} of the workspace's budget is left.`;
    return [
      found(
        'blocker',
        'workspace_budget_too_small',
        nowhere,
        message,
        "Raise the workspace's budget, or plan fewer posts.",
      ),
    ];
  });
};
