import { dayOf } from '#shared/time.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import type { Sums, Usage } from '../domain/usage.ts';

type TallyDeps = Pick<Deps, 'usage' | 'budgets' | 'app' | 'now'>;

/** The month before a UTC month, such as `2026-10`. */
const monthBefore = (month: string): string => billingMonthOf(new Date(Date.parse(`${month}-01T00:00:00.000Z`) - 1));

/**
 * Checks spending, once a minute: counts the posts of all workspaces for the app's day, publishes what each workspace
 * has spent since, and releases posts that a budget of last month held.
 */
export const tallyUsage = async ({ usage, budgets, app, now }: TallyDeps): Promise<{ told: number }> => {
  const month = billingMonthOf(now());
  const day = dayOf(now());
  const all = await usage.ofMonth(month);
  const today = all.map(({ postsOfDay }) => postsOfDay[day.slice(8, 10)] ?? 0).filter((posts) => posts > 0);
  await app.count(
    day,
    today.reduce((sum, posts) => sum + posts, 0),
    today.length,
  );
  const news = all.filter(({ spentMicros, talliedMicros }) => spentMicros !== talliedMicros);
  for (const each of news) await usage.tally(each);
  for (const { workspaceId, month: past, exhaustedAt } of await usage.ofMonth(monthBefore(month))) {
    if (exhaustedAt !== null) await usage.setExhausted(workspaceId, past, await budgets.get(workspaceId), null);
  }
  return { told: news.length };
};

/** What the first of two looks found: the usage as it stood, where it differs from its ledger. */
export interface Doubt {
  workspaceId: string;
  /** How far the usage had been counted. */
  moves: number;
  sums: Sums;
}

/** Batch size: workspaces checked in one step. */
const pageSize = 25;

const differs = (usage: Usage, sums: Sums): boolean => usage.spentMicros !== sums.spentMicros;

/**
 * Adds the ledgers of the month up again, a page of workspaces at a time. A process that dies between counting a post
 * and writing its intent leaves a count that is never used: the sum is then higher than the ledger.
 */
export const doubtfulUsages = async ({ usage, now }: TallyDeps, from: number) => {
  const all = await usage.ofMonth(billingMonthOf(now()));
  const page = all.slice(from, from + pageSize);
  const doubts: Doubt[] = [];
  for (const each of page) {
    const sums = await usage.addUp(each.workspaceId, each.month);
    if (differs(each, sums)) doubts.push({ workspaceId: each.workspaceId, moves: each.moves, sums });
  }
  return { doubts, next: from + pageSize < all.length ? from + pageSize : null };
};

/**
 * Corrects a finding if it has not changed since: any process that was between counting and writing is done or dead by
 * now.
 * @returns whether it was corrected
 */
export const correctUsage = async (
  { usage, now }: TallyDeps,
  { workspaceId, moves, sums }: Doubt,
): Promise<boolean> => {
  const month = billingMonthOf(now());
  const standing = await usage.find(workspaceId, month);
  if (standing?.moves !== moves) return false;
  const again = await usage.addUp(workspaceId, month);
  if (again.spentMicros !== sums.spentMicros) return false;
  return usage.correct(standing, again);
};
