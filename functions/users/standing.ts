import { actorOf } from '../../shared/actor.ts';
import { DomainError } from '../../shared/errors.ts';
import { mayDo, type Permission, type Role } from '../../shared/http/permissions.ts';
import type { Caller } from '../../shared/http/route.ts';
import { notAMember, type FindStanding } from '../../shared/standing.ts';
import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';
import { onlyForPeople } from './domain/team-refusals.ts';
import type { Membership } from './domain/workspace.ts';

type Known = Pick<Deps, 'people' | 'serviceAccounts'>;

const isMachine = ({ actor }: Caller): boolean => actor.type === 'service_account';

/** How somebody stands by their own row: in this context nobody waits for an event. */
export const standingByRow =
  ({ people, serviceAccounts }: Known): FindStanding =>
  async ({ workspaceId, personId }) => {
    const { type } = actorOf(personId);
    const row =
      type === 'service_account'
        ? await serviceAccounts.find(workspaceId, personId)
        : await people.findMembership(workspaceId, personId);
    return { isActive: row?.status === 'active', role: row?.role };
  };

/**
 * The caller's role as it stands at this moment: an access token is up to 15 minutes old, and whoever was removed or
 * demoted since must not use the rest of it on other people.
 * @throws DomainError `not_a_member`, or `role_lacks_permission`
 */
export const roleNow = async (known: Known, caller: Caller, permission: Permission): Promise<Role> => {
  const { workspaceId, personId } = caller;
  const standing = isMachine(caller)
    ? await known.serviceAccounts.find(workspaceId, personId)
    : await known.people.findMembership(workspaceId, personId);
  if (standing?.status !== 'active') throw notAMember();
  if (!mayDo(standing.role, permission)) {
    throw new DomainError('forbidden', 'role_lacks_permission', `The role ${standing.role} lacks ${permission}.`);
  }
  return standing.role;
};

/** The person who calls, with their place in the workspace. @throws DomainError `only_for_people`, `not_a_member` */
export const personNow = async (
  { people }: Pick<Deps, 'people'>,
  caller: Caller,
): Promise<{ person: Person; member: Membership }> => {
  if (isMachine(caller)) throw onlyForPeople();
  const member = await people.findMembership(caller.workspaceId, caller.personId);
  const person = member?.status === 'active' ? await people.find(member.subject) : undefined;
  if (!member || !person || person.erasure) throw notAMember();
  return { person, member };
};
