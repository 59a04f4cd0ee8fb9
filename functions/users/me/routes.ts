import { type Caller, type Route, route } from '#shared/http/route.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from '../deps.ts';
import * as contract from './contract.ts';

/** Routes of `/v1/me`. */
export const meRoutes = (deps: Deps): Route[] => [
  route(contract.getMe, async ({ caller }) =>
    caller.actor.type === 'service_account' ? machine(deps, caller) : me(deps, caller),
  ),
];

/** @throws DomainError `not_a_member` if the membership ended while the access token was valid. */
const me = async ({ people }: Pick<Deps, 'people'>, { workspaceId, personId }: Caller) => {
  const { membership, workspace } = await people.findPlace(workspaceId, personId);
  if (membership?.status !== 'active') throw notAMember();
  const [person, all] = await Promise.all([people.find(membership.subject), people.membershipsOf(personId)]);
  if (!person || !workspace) throw new Error('A membership without its person or its workspace');
  const others = all.filter((other) => other.workspaceId !== workspaceId);
  return {
    person: { id: person.id, name: person.name, email: person.email, hasMfa: person.hasMfa },
    workspace: { id: workspaceId, name: workspace.name },
    role: membership.role,
    memberships: [membership, ...others].map(({ workspaceId, role }) => ({ workspaceId, role })),
  };
};

/** A service account has one workspace and no email address. @throws DomainError `not_a_member` if it was revoked */
const machine = async ({ people, serviceAccounts }: Deps, { workspaceId, personId }: Caller) => {
  const account = await serviceAccounts.find(workspaceId, personId);
  if (account?.status !== 'active') throw notAMember();
  const { name, role } = account;
  const workspace = await people.getWorkspace(workspaceId);
  return {
    person: { id: personId, name, email: '', hasMfa: false },
    workspace: { id: workspaceId, name: workspace.name },
    role,
    memberships: [{ workspaceId, role }],
  };
};
