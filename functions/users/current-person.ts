import type { Caller } from '#shared/http/route.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';
import type { Membership } from './domain/workspace.ts';

const isMachine = ({ actor }: Caller): boolean => actor.type === 'service_account';

/**
 * Returns the calling person, for what belongs to them rather than to the workspace; also if they are disabled in it.
 * @throws DomainError `only_for_people` for a service account, `not_a_member` if they were removed meanwhile
 */
export const personOf = async ({ people }: Pick<Deps, 'people'>, caller: Caller): Promise<Person> => {
  if (isMachine(caller)) throw onlyForPeople();
  const membership = await people.findMembership(caller.workspaceId, caller.personId);
  const person = membership && (await people.find(membership.subject));
  if (!person || person.erasure) throw notAMember();
  return person;
};

/** Returns the calling person and their membership. @throws DomainError `only_for_people`, `not_a_member` */
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
