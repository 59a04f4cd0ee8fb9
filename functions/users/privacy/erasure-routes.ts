import { type Route, route } from '#shared/http/route.ts';
import { onlyForPeople } from '#shared/permissions.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from '../deps.ts';
import { isSoleOwner, soleOwner } from '../domain/erasure.ts';
import { provePassword } from '../passwords/prove-password.ts';
import * as contract from './erasure-contract.ts';

/** Routes of erasure. The workflow `erase-person` carries it out. */
export const erasureRoutes = (deps: Deps): Route[] => {
  const { people, members, erasures, now } = deps;

  /** @throws DomainError `sole_owner` */
  const refuseSoleOwner = async (personId: string, workspaceIds: readonly string[]): Promise<void> => {
    const left = await Promise.all(
      workspaceIds.map(async (id) => (isSoleOwner(personId, await members.all(id)) ? [id] : [])),
    );
    if (left.flat().length > 0) throw soleOwner(left.flat());
  };

  return [
    route(contract.eraseMe, async ({ body, caller }) => {
      if (caller.actor.type === 'service_account') throw onlyForPeople();
      const member = await people.findMembership(caller.workspaceId, caller.personId);
      const person = member && (await people.find(member.subject));
      if (!person) throw notAMember();
      // A repeated request: the erasure is already in progress.
      if (person.erasure) return { status: 'erasing' as const, requestedAt: person.erasure.requestedAt };
      await provePassword(deps, caller, person, body.password);
      const places = await people.membershipsOf(person.id);
      const workspaceIds = [...new Set([caller.workspaceId, ...places.map(({ workspaceId }) => workspaceId)])];
      await refuseSoleOwner(person.id, workspaceIds);
      const requestedAt = now().toISOString();
      await erasures.save({ ...person, erasure: { requestedAt, workspaceIds } }, caller);
      return { status: 'erasing' as const, requestedAt };
    }),
  ];
};
