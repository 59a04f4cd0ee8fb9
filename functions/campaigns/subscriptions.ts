import type { Subscription } from '#shared/events/subscription.ts';
import { automationSubscriptions } from './automations/subscriptions.ts';
import type { Deps } from './deps.ts';
import { experimentSubscriptions } from './experiments/subscriptions.ts';
import { lifecycleSubscriptions } from './lifecycle/subscriptions.ts';
import { planSubscriptions } from './plan-expansion/subscriptions.ts';

/** Subscriptions of this context. Its own entities follow an event before automations react to it. */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...lifecycleSubscriptions(deps),
  ...experimentSubscriptions(deps),
  ...planSubscriptions(deps),
  ...automationSubscriptions(deps),
];
