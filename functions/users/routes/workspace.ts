import { assertVersion } from '../../../shared/http/etag.ts';
import { route, type Caller, type Route } from '../../../shared/http/route.ts';
import { knownTimeZone } from '../../../shared/http/time-zone.ts';
import * as contract from '../contract/workspace.ts';
import type { Deps } from '../deps.ts';
import { notAMember } from '../domain/refusals.ts';

/** Who is signed in, and what their workspace decides. */
export const workspaceRoutes = (deps: Deps): Route[] => {
  const { people } = deps;
  return [
    route(contract.getMe, async ({ caller }) => me(deps, caller)),
    route(contract.getWorkspace, async ({ caller }) => people.getWorkspace(caller.workspaceId)),
    route(contract.changeWorkspace, async ({ body, caller, request }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      assertVersion(workspace, request.ifMatch);
      const timeZone = body.timeZone === undefined ? workspace.settings.timeZone : knownTimeZone(body.timeZone);
      return people.saveWorkspace({ ...workspace, settings: { ...workspace.settings, ...body, timeZone } }, caller);
    }),
  ];
};

/** @throws DomainError `not_a_member` when the membership ended within the life of the access token. */
const me = async ({ people }: Deps, { workspaceId, personId }: Caller) => {
  const membership = await people.findMembership(workspaceId, personId);
  if (!membership) throw notAMember();
  const [person, workspace, all] = await Promise.all([
    people.find(membership.subject),
    people.findWorkspace(workspaceId),
    people.membershipsOf(personId),
  ]);
  if (!person || !workspace) throw new Error('A membership without its person or its workspace');
  const others = all.filter((other) => other.workspaceId !== workspaceId);
  return {
    person: { id: person.id, name: person.name, email: person.email },
    workspace: { id: workspaceId, name: workspace.name },
    role: membership.role,
    memberships: [membership, ...others].map(({ workspaceId, role }) => ({ workspaceId, role })),
  };
};
