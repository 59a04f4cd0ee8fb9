import { actorOf } from '../../shared/actor.ts';
import { onlyForPeople } from '../../shared/http/permissions.ts';
import type { Caller } from '../../shared/http/route.ts';
import { notAMember, type FindStanding } from '../../shared/standing.ts';
import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';
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
