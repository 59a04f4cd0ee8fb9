import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import {
  coverageOf,
  maxSubscriptions,
  needsConsent,
  planFor,
  type Standing,
  type Wanted,
} from '../domain/activity-plan.ts';
import { XError, type XFailure } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { activityApp } from './app.ts';
import { appCall } from './app-call.ts';

/** Maximum number of changes at X per step; each is a call of some hundred milliseconds. */
const maxChanges = 20;

/** Failures that end the run; the next run continues. Others concern a single account. */
const endsRun: readonly XFailure['kind'][] = ['rate_limited', 'circuit_open', 'unknown_outcome'];

interface Progress {
  isMore: boolean;
  /** Changes that X refused in this run; the next run retries them. */
  skipped: number;
}

/**
 * Moves the subscriptions at X towards the wanted ones, by a bounded number of changes, removals first. Records each
 * account's coverage.
 */
export const keepSubscriptions = async (
  deps: Deps,
  { webhookId, skipped }: { webhookId: string; skipped: number },
  author: Author,
): Promise<Progress> => {
  const app = await activityApp(deps);
  if (!app) return { isMore: false, skipped };
  const accounts = await deps.accounts.allConnected(maxSubscriptions);
  const standing = await appCall(deps, 'list_subscriptions', () => deps.xActivity.subscriptions(app.bearer)).catch(
    unlessX,
  );
  if (!standing) return { isMore: false, skipped };
  const plan = planFor(accounts, standing, webhookId);
  const byUser = new Map(accounts.map((account) => [account.xUserId, account]));
  const now = new Map(standing.map((each) => [each.id, each]));
  const run = { failures: 0, isOver: false };

  const attempt = async (change: () => Promise<unknown>): Promise<void> => {
    if (run.isOver) return;
    try {
      await change();
    } catch (error) {
      if (!(error instanceof XError)) throw error;
      run.isOver = endsRun.includes(error.failure.kind);
      run.failures += 1;
    }
  };
  const removals = plan.remove.map(({ id }) => async (): Promise<void> => {
    await appCall(deps, 'unsubscribe', () => deps.xActivity.unsubscribe(app.bearer, id));
    now.delete(id);
  });
  const subscribe = { webhookId, bearer: app.bearer, author };
  const additions = plan.add.map((wanted) => async (): Promise<void> => {
    const made = await subscribeTo(deps, wanted, byUser.get(wanted.userId ?? ''), subscribe);
    now.set(made.id, made);
  });
  // The plan no longer contains the changes that were made, so those that X refused are its first ones.
  const left = [...removals, ...additions].slice(skipped);
  for (const change of left.slice(0, maxChanges)) await attempt(change);
  await noteCoverage(deps, accounts, [...now.values()]);
  return { isMore: !run.isOver && left.length > maxChanges, skipped: skipped + run.failures };
};

/** A failure of X ends the run; the next one starts over. */
const unlessX = (error: unknown): undefined => {
  if (!(error instanceof XError)) throw error;
};

/** Activity of others requires the account's own consent; everything else is subscribed as the app. */
const subscribeTo = async (
  deps: Deps,
  wanted: Wanted,
  account: Account | undefined,
  { webhookId, bearer, author }: { webhookId: string; bearer: string; author: Author },
): Promise<Standing> => {
  if (!needsConsent(wanted)) {
    return appCall(deps, 'subscribe', () => deps.xActivity.subscribe(bearer, wanted, webhookId));
  }
  // Without a valid consent the call would fail anyway.
  if (!account || account.health === 'reconnect_needed') throw new XError({ kind: 'unauthorized' });
  const session = openSession(deps, account, author, { yields: true });
  return session.call('subscribe', (token) => deps.xActivity.subscribe(token, wanted, webhookId));
};

const noteCoverage = async (deps: Deps, accounts: readonly Account[], standing: readonly Wanted[]): Promise<void> => {
  for (const { workspaceId, id, xUserId, activity } of accounts) {
    const coverage = coverageOf(xUserId, standing);
    if (coverage !== activity) await deps.accounts.setActivity(workspaceId, id, coverage);
  }
};
