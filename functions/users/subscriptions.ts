import type { Subscription } from '#shared/events/subscription.ts';
import { auditSubscriptions } from './audit/subscriptions.ts';
import type { Deps } from './deps.ts';
import { mailSubscriptions } from './mail/subscriptions.ts';
import { securitySubscriptions } from './security/subscriptions.ts';
import { sessionSubscriptions } from './sessions/subscriptions.ts';

/** What users does when an event arrives: it is in the audit trail before anybody is mailed of it. */
export const subscriptions = (deps: Deps): Subscription[] => [
  ...auditSubscriptions(deps),
  ...sessionSubscriptions(deps),
  ...securitySubscriptions(deps),
  ...mailSubscriptions(deps),
];
