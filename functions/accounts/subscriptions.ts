import type { Subscription } from '#shared/events/subscription.ts';
import type { Deps } from './deps.ts';
import { usageSubscriptions } from './usage/subscriptions.ts';

/** Subscriptions of accounts. */
export const subscriptions = (deps: Pick<Deps, 'budgets' | 'usage' | 'now'>): Subscription[] =>
  usageSubscriptions(deps);
