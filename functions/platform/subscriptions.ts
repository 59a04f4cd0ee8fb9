import type { Subscription } from '#shared/events/subscription.ts';
import type { WebhookDeps } from './deps.ts';
import { webhookSubscriptions } from './webhooks/subscriptions.ts';

/** Subscriptions of this context. */
export const subscriptions = (deps: WebhookDeps): Subscription[] => webhookSubscriptions(deps);
