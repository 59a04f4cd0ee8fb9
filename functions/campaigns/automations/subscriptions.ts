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

/** Subscriptions that trigger automations and switch them off. */
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

/** Lowers the role of a member's automations, or switches them off if the new role cannot manage automations. */
const followRole = async (deps: Deps, event: Event, role: Role): Promise<void> => {
  if (!mayDo(role, 'automations:manage')) return switchOffOf(deps, event);
  const { workspaceId, entityId: personId, correlationId, chain } = event;
  for (const { id } of await deps.automations.onOf(workspaceId, personId)) {
    await lowerRole(deps, { workspaceId, id }, { personId, role }, systemAuthor('campaigns', { correlationId, chain }));
  }
};

/** Switches off automations of someone who left or can no longer manage them: nobody would be responsible for them. */
const switchOffOf = async (
  deps: Deps,
  { workspaceId, entityId: personId, correlationId, chain }: Event,
): Promise<void> => {
  const theirs = await deps.automations.onOf(workspaceId, personId);
  for (const { id } of theirs) {
    await writeOff(deps, { workspaceId, id }, systemAuthor('campaigns', { correlationId, chain }));
    // A run with a step in progress ends after it, as no further step can begin.
    await endIdleRuns(deps, workspaceId, [id]);
  }
};
