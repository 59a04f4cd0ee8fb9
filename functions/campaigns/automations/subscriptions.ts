import { publicEvents } from '#events/public-events.ts';
import {
  MemberDisabled,
  MemberRemoved,
  MemberRoleChanged,
  ServiceAccountChanged,
  ServiceAccountRevoked,
} from '#events/users.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { reactTo, type Subscription } from '#shared/events/subscription.ts';
import { mayDo, type Role } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { KnownEvent } from '../domain/known-event.ts';
import { hearEvent } from './hear-event.ts';
import { listenersOf } from './listeners.ts';
import { lowerRole, writeOff } from './switch.ts';
import { endIdleRuns } from './until-none-acts.ts';

type Event = EventOf<EventDefinition>;

/** What sets automations off, and what switches them off. */
export const automationSubscriptions = (deps: Deps): Subscription[] => {
  const listeners = listenersOf(deps.automations);
  return [
    ...publicEvents.map((definition: EventDefinition) =>
      reactTo(definition, async (event) =>
        hearEvent(deps, listeners, KnownEvent.parse({ ...event, type: definition.type })),
      ),
    ),
    reactTo(MemberRemoved, async (event) => switchOffOf(deps, event)),
    reactTo(MemberDisabled, async (event) => switchOffOf(deps, event)),
    reactTo(MemberRoleChanged, async (event) => followRole(deps, event, event.data.role)),
    reactTo(ServiceAccountChanged, async (event) => followRole(deps, event, event.data.role)),
    reactTo(ServiceAccountRevoked, async (event) => switchOffOf(deps, event)),
  ];
};

/** Who is less than before has less done for them; who may not manage automations has nothing done. */
const followRole = async (deps: Deps, event: Event, role: Role): Promise<void> => {
  if (!mayDo(role, 'automations:manage')) return switchOffOf(deps, event);
  const { workspaceId, entityId: personId, correlationId, chain } = event;
  for (const { id } of await deps.automations.onOf(workspaceId, personId)) {
    await lowerRole(deps, { workspaceId, id }, { personId, role }, systemAuthor('campaigns', { correlationId, chain }));
  }
};

/** Nobody answers any more for what somebody has switched on who is gone, or may no longer do so. */
const switchOffOf = async (
  deps: Deps,
  { workspaceId, entityId: personId, correlationId, chain }: Event,
): Promise<void> => {
  const theirs = await deps.automations.onOf(workspaceId, personId);
  for (const { id } of theirs) {
    await writeOff(deps, { workspaceId, id }, systemAuthor('campaigns', { correlationId, chain }));
    // A run of which a step is under way ends with it: no other is let begin.
    await endIdleRuns(deps, workspaceId, [id]);
  }
};
