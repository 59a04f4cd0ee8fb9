import { SecurityAlert } from '#events/users.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { mailAlert } from './mail-alert.ts';

/** Whoever looks after a workspace is mailed of what is suspicious there. */
export const securitySubscriptions = (deps: Deps): Subscription[] => [
  reactTo(SecurityAlert, async ({ workspaceId, entityId, correlationId }) =>
    mailAlert(deps, workspaceId, entityId, correlationId),
  ),
];
