import type { Subscription } from '#shared/events/subscription.ts';
import type { WebhookDeps } from './deps.ts';
import { webhookSubscriptions } from './webhooks/subscriptions.ts';

/** What this context does when an event arrives. */
export const subscriptions = (deps: WebhookDeps): Subscription[] => webhookSubscriptions(deps);
