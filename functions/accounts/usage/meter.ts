import type { PartOutcome, PartToPublish } from '#events/publishing.ts';
import { dayMs, dayOf, instantAfter } from '#shared/time.ts';
import { type Billable, billingMonthOf, creationOf, priceOf } from '#shared/x-prices.ts';
import type { Deps } from '../deps.ts';
import { postsAllowed } from '../domain/app-share.ts';
import type { Charge, ChargedTo } from '../domain/usage.ts';

type MeterDeps = Pick<Deps, 'usage' | 'budgets' | 'app' | 'now' | 'random' | 'pace' | 'appPostsPerDay'>;

/** A post that is not sent for now, with its outcome. */
export class SkippedByBudget extends Error {
  readonly outcome: PartOutcome;

  constructor(outcome: PartOutcome) {
    super(`withheld: ${outcome.outcome}`);
    this.outcome = outcome;
  }
}

const overBudget = {
  outcome: 'over_budget',
  code: 'budget_exhausted',
  reason:
    "The post costs more than what is left of the workspace's X budget for this month. When the budget is raised, or next month (UTC), the post is published automatically, unless it is then later than its policy for missed posts allows.",
} as const;

/**
 * Returns the start of tomorrow (UTC), when X's and our daily counts reset, spread so that not everyone starts at once.
 */
const tomorrow = ({ now, random, pace }: MeterDeps): string => {
  const midnight = Date.parse(`${dayOf(now())}T00:00:00.000Z`) + dayMs;
  return instantAfter(new Date(midnight), Math.round(random() * pace.jitterMs));
};

/** The fields of a part that its price depends on. */
export type PostToPay = Pick<PartToPublish, 'part' | 'hasUrl' | 'later'>;

/** A part to be sent, with the workspace's monthly budget in millionths of a US dollar; null: no limit. */
export type PostWithinBudget = PostToPay & { budgetMicros: number | null };

const laterMicros = ({ later }: PostToPay, at: Date): number =>
  later.plain * priceOf('post_create', at) + later.withUrl * priceOf('post_create_with_url', at);

/**
 * Counts a post for the month and the day before it is sent, unless the workspace's budget or its share of the app's
 * posts is used up. A thread is checked in full at its first part, so that it is not cut off in the middle.
 * @throws SkippedByBudget when either is used up
 */
export const reservePost = async (deps: MeterDeps, to: ChargedTo, post: PostWithinBudget): Promise<Charge> => {
  const at = deps.now();
  const charge = chargeOf(post, at);
  const { budgetMicros } = post;
  const app = await deps.app.read();
  const whole = charge.micros + laterMicros(post, at);
  const bounds =
    post.part === 0
      ? {
          budgetMicros,
          roomMicros: budgetMicros === null ? null : budgetMicros - whole,
          postsToday: postsAllowed(app, deps.appPostsPerDay),
        }
      : { budgetMicros, roomMicros: null, postsToday: Infinity };
  const verdict = await deps.usage.reserve(to, charge, bounds);
  if (verdict === 'reserved') return charge;
  if (verdict === 'over_budget') {
    await deps.usage.setExhausted(to.workspaceId, charge.month, budgetMicros, at.toISOString());
    throw new SkippedByBudget(overBudget);
  }
  const reason =
    "X's daily limit of posts for the app, or the workspace's share of it, is used up. Publishing resumes tomorrow (UTC).";
  throw new SkippedByBudget({ outcome: 'rate_limited', retryAt: tomorrow(deps), code: 'app_posts_used', reason });
};

/** Counts a post that X already has, regardless of the bounds. */
export const countPost = async (deps: MeterDeps, to: ChargedTo, post: PostToPay): Promise<Charge> => {
  const charge = chargeOf(post, deps.now());
  const budgetMicros = await deps.budgets.get(to.workspaceId);
  const boundless = { budgetMicros, roomMicros: null, postsToday: Infinity };
  await deps.usage.reserve(to, charge, boundless);
  return charge;
};

const chargeOf = (post: PostToPay, at: Date): Charge => {
  const kind = creationOf(post);
  return { kind, quantity: 1, micros: priceOf(kind, at), month: billingMonthOf(at), day: dayOf(at) };
};

/** Reverts the count of a post that X did not accept, in the month and day in which it was counted. */
export const refundPost = async ({ usage }: MeterDeps, to: ChargedTo, charge: Charge): Promise<void> =>
  usage.refund(to, charge);

/** Counts a call that X carried out, or the number of resources that it returned. */
export const billCall = async (
  { usage, now }: MeterDeps,
  to: ChargedTo,
  kind: Exclude<Billable, 'post_create' | 'post_create_with_url'>,
  quantity = 1,
): Promise<void> => {
  if (quantity === 0) return;
  const at = now();
  await usage.bill(to, { kind, quantity, micros: quantity * priceOf(kind, at), month: billingMonthOf(at) });
};

/** Counts resources that were read; X does not bill one again that is read again on the same UTC day. */
export const billReads = async (
  deps: MeterDeps,
  to: ChargedTo,
  kind: 'post_read' | 'user_read',
  ids: readonly string[],
): Promise<void> => {
  const { workspaceId, accountId } = to;
  await billCall(deps, to, kind, await deps.usage.firstReads(workspaceId, accountId, dayOf(deps.now()), ids));
};
