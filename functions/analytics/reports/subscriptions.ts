import { MemberRemoved, ReportLinkMailed } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { endMailedLinks, keepMailedLink } from './mailed-links.ts';

/** Stores emailed links, and ends them when their recipient is no longer a member. */
export const reportSubscriptions = (deps: Deps): Subscription[] => [
  on(ReportLinkMailed, async (event) => keepMailedLink(deps, event)),
  // The event may arrive late, or again from the archive: links emailed since the person came back stay.
  on(MemberRemoved, async ({ workspaceId, entityId: personId, occurredAt: by, correlationId, chain }) =>
    endMailedLinks(deps, { workspaceId, personId, by }, { correlationId, chain }),
  ),
];
