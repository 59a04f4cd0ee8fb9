import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Standing, StandingStore } from '#shared/standing.ts';
import {
  MemberAdded,
  MemberDisabled,
  MemberEnabled,
  MemberRemoved,
  MemberRoleChanged,
  ServiceAccountChanged,
  ServiceAccountRevoked,
  SessionEnded,
  UserSignInsEnded,
} from './users.ts';

/** Events after which a still valid access token may claim too many or too few rights. */
export const standingEvents = [
  MemberAdded,
  MemberRoleChanged,
  MemberRemoved,
  MemberDisabled,
  MemberEnabled,
  ServiceAccountChanged,
  ServiceAccountRevoked,
  SessionEnded,
  UserSignInsEnded,
] as const;

/**
 * Subscribes to changes of rights and stores recent ones: the context's operations check them before they change
 * anything.
 */
export const followStanding = ({
  learn,
  endSignIn,
  endSignIns,
}: Pick<StandingStore, 'learn' | 'endSignIn' | 'endSignIns'>): Subscription[] => {
  interface Told {
    workspaceId: string;
    entityId: string;
    entityVersion: number;
  }
  const keep = ({ workspaceId, entityId: personId, entityVersion }: Told, change: Standing) =>
    learn({ workspaceId, personId }, entityVersion, change);
  return [
    on(MemberAdded, async (event) => keep(event, { isActive: true, role: event.data.role })),
    on(MemberRoleChanged, async (event) => keep(event, { role: event.data.role })),
    on(MemberRemoved, async (event) => keep(event, { isActive: false })),
    on(MemberDisabled, async (event) => keep(event, { isActive: false })),
    on(MemberEnabled, async (event) => keep(event, { isActive: true })),
    on(ServiceAccountChanged, async (event) => keep(event, { role: event.data.role })),
    on(ServiceAccountRevoked, async (event) => keep(event, { isActive: false })),
    on(SessionEnded, async ({ data: { signInId } }) => {
      if (signInId !== null) await endSignIn(signInId);
    }),
    on(UserSignInsEnded, async ({ entityId, data: { round, kept } }) => endSignIns(entityId, { round, kept })),
  ];
};
