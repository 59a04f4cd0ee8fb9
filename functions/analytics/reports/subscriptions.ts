import { MemberRemoved, ReportLinkMailed } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { endMailedLinks, keepMailedLink } from './mailed-links.ts';

/** Links that were mailed open while their reader is a member. */
export const reportSubscriptions = (deps: Deps): Subscription[] => [
  on(ReportLinkMailed, async (event) => keepMailedLink(deps, event)),
  // Heard late, or again from the archive, it says nothing of what they were mailed since they came back.
  on(MemberRemoved, async ({ workspaceId, entityId: personId, occurredAt: by, correlationId, chain }) =>
    endMailedLinks(deps, { workspaceId, personId, by }, { correlationId, chain }),
  ),
];
