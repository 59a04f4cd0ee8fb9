import type { Caller } from '#shared/http/route.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';

/**
 * The calling person's record.
 * @throws DomainError `only_for_people` for a service account, `not_a_member` when they were removed meanwhile
 */
export const personOf = async ({ people }: Pick<Deps, 'people'>, caller: Caller): Promise<Person> => {
  if (caller.actor.type === 'service_account') throw onlyForPeople();
  const membership = await people.findMembership(caller.workspaceId, caller.personId);
  const person = membership && (await people.find(membership.subject));
  if (!person || person.erasure) throw notAMember();
  return person;
};
