import type { Subscription } from '#shared/events/subscription.ts';
import { alertSubscriptions } from './alerts/subscriptions.ts';
import { collectSubscriptions } from './collect/subscriptions.ts';
import type { Deps } from './deps.ts';
import { projectionSubscriptions } from './projections/subscriptions.ts';
import { reportSubscriptions } from './reports/subscriptions.ts';

/** Subscriptions of analytics to events. */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...collectSubscriptions(deps),
  ...projectionSubscriptions(deps),
  ...alertSubscriptions(deps),
  ...reportSubscriptions(deps),
];
