import { dayOf } from '#shared/time.ts';
import { billingMonthOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import type { Sums, Usage } from '../domain/usage.ts';

type TallyDeps = Pick<Deps, 'usage' | 'budgets' | 'app' | 'now'>;

/** Returns the previous UTC month, such as `2026-10`. */
const monthBefore = (month: string): string => billingMonthOf(new Date(Date.parse(`${month}-01T00:00:00.000Z`) - 1));

/**
 * Checks spending once a minute: counts the posts of all workspaces for the app's daily limit, publishes what each
 * workspace has spent since, and releases posts that last month's budget held.
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

/** A workspace whose usage differed from its ledger at the first of two checks. */
export interface Doubt {
  workspaceId: string;
  /** `moves` of the usage at that time. */
  moves: number;
  sums: Sums;
}

/** Workspaces checked per step. */
const pageSize = 25;

const differs = (usage: Usage, sums: Sums): boolean => usage.spentMicros !== sums.spentMicros;

/**
 * Recalculates the month's ledgers, a page of workspaces at a time. A process that dies between counting a post and
 * writing its intent leaves usage without a ledger entry, so the usage exceeds the ledger.
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
 * Corrects a difference that is unchanged since the first check: any process that was between counting and writing has
 * finished or died by now.
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
