import { MemberRemoved, PersonErased } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Deletes the alerts and settings of people who are no longer members. */
export const alertSubscriptions = ({ alerts }: Pick<Deps, 'alerts'>): Subscription[] => [
  // The event may arrive late, or again from the archive: settings made since the person came back stay.
  on(MemberRemoved, async ({ workspaceId, entityId: personId, occurredAt }) =>
    alerts.remove(workspaceId, personId, occurredAt),
  ),
  on(PersonErased, async ({ workspaceId, entityId: personId }) => alerts.remove(workspaceId, personId)),
];
