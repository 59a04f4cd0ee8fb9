import type { Subscription } from '#shared/events/subscription.ts';
import { auditSubscriptions } from './audit/subscriptions.ts';
import type { Deps } from './deps.ts';
import { mailSubscriptions } from './mail/subscriptions.ts';
import { securitySubscriptions } from './security/subscriptions.ts';
import { sessionSubscriptions } from './sessions/subscriptions.ts';

/** Subscriptions of this context. An event is in the audit trail before emails about it are sent. */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...auditSubscriptions(deps),
  ...sessionSubscriptions(deps),
  ...securitySubscriptions(deps),
  ...mailSubscriptions(deps),
];
