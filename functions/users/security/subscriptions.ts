import { SecurityAlert } from '#events/users.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { mailAlert } from './mail-alert.ts';

/** Emails owners and admins about security alerts. */
export const securitySubscriptions = (deps: Deps): Subscription[] => [
  reactTo(SecurityAlert, async ({ workspaceId, entityId, correlationId }) =>
    mailAlert(deps, workspaceId, entityId, correlationId),
  ),
];
