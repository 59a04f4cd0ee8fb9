import { actorOf } from '#shared/actor.ts';
import type { Caller } from '#shared/http/route.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import { isEndedBy } from '#shared/sign-ins.ts';
import { type FindStanding, notAMember } from '#shared/standing.ts';
import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';
import type { Membership } from './domain/workspace.ts';

type Known = Pick<Deps, 'people' | 'members' | 'serviceAccounts' | 'signIns'>;

const isMachine = ({ actor }: Caller): boolean => actor.type === 'service_account';

/** Reads a person's standing from their own rows: this context does not wait for events. */
export const standingByRow =
  ({ people, members, serviceAccounts, signIns }: Known): FindStanding =>
  async (who) => {
    const { workspaceId, personId, signInId } = who;
    if (actorOf(personId).type === 'service_account') {
      const machine = await serviceAccounts.find(workspaceId, personId);
      return { isActive: machine?.status === 'active', role: machine?.role };
    }
    const [row, isEnded] = await Promise.all([
      members.record(workspaceId, personId),
      signInId !== undefined && signIns.isSignInEnded(signInId),
    ]);
    // A removed member's record leads to the person too.
    const person = row && (await people.find(row.subject));
    const ended = person && { round: person.signInRound, kept: person.keptSignIn };
    return {
      isActive: row?.status === 'active',
      role: row?.role,
      hasSignInEnded: isEnded || (ended !== undefined && isEndedBy(ended, who)),
    };
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
