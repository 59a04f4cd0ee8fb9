import { MemberRemoved, PersonErased } from '#events/users.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Nobody is alerted who is no member any more. */
export const alertSubscriptions = ({ alerts }: Pick<Deps, 'alerts'>): Subscription[] => [
  // Heard late, or again from the archive, it says nothing of what they have set since they came back.
  on(MemberRemoved, async ({ workspaceId, entityId: personId, occurredAt }) =>
    alerts.remove(workspaceId, personId, occurredAt),
  ),
  on(PersonErased, async ({ workspaceId, entityId: personId }) => alerts.remove(workspaceId, personId)),
];
