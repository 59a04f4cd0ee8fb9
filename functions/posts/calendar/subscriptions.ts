import {
  MemberAdded,
  MemberDisabled,
  MemberEnabled,
  MemberRemoved,
  MemberRoleChanged,
  PersonErased,
} from '#events/users.ts';
import { systemAuthor } from '#shared/actor.ts';
import type { EventDefinition, EventOf } from '#shared/events/event.ts';
import { on, reactTo, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';
import { afterNews, type MembershipNews, ofErased } from '../domain/calendar-feed.ts';
import { hearOf } from './feeds.ts';

/** Removes calendar links when their creator may no longer have them. */
export const calendarSubscriptions = (deps: Deps): Subscription[] => [
  on(MemberAdded, (event) => hearOfMember(deps, event, { isOut: false, role: event.data.role })),
  on(MemberRoleChanged, (event) => hearOfMember(deps, event, { role: event.data.role })),
  on(MemberRemoved, (event) => hearOfMember(deps, event, { isOut: true })),
  on(MemberDisabled, (event) => hearOfMember(deps, event, { isOut: true })),
  on(MemberEnabled, (event) => hearOfMember(deps, event, { isOut: false })),
  reactTo(PersonErased, async ({ workspaceId, entityId: personId, correlationId, chain }) =>
    hearOf(deps, { workspaceId, personId }, ofErased, systemAuthor('users', { correlationId, chain })),
  ),
];

/** The entity of the event is the person, its version that of their membership. */
const hearOfMember = async (
  deps: Deps,
  { workspaceId, entityId: personId, entityVersion, correlationId, chain }: EventOf<EventDefinition>,
  news: Omit<MembershipNews, 'version'>,
): Promise<void> =>
  hearOf(
    deps,
    { workspaceId, personId },
    (own) => afterNews(own, { version: entityVersion, ...news }),
    systemAuthor('users', { correlationId, chain }),
  );
