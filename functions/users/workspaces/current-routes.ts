import { DomainError } from '#shared/errors.ts';
import { assertVersion } from '#shared/http/etag.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { notAMember } from '#shared/standing.ts';
import type { Deps } from '../deps.ts';
import * as contract from './current-contract.ts';
import { workspaceView } from './view.ts';

/** Who is signed in, and what their workspace decides. */
export const workspaceRoutes = (deps: Deps): Route[] => {
  const { people } = deps;
  return [
    route(contract.getMe, async ({ caller }) =>
      caller.actor.type === 'service_account' ? machine(deps, caller) : me(deps, caller),
    ),
    route(contract.getWorkspace, async ({ caller }) =>
      workspaceView(await people.getWorkspace(caller.workspaceId), caller.role),
    ),
    route(contract.changeWorkspace, async ({ body, caller, request }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      assertVersion(workspace, request.ifMatch);
      if (body.requireMfa === true && !workspace.settings.requireMfa) await assertHasMfa(deps, caller);
      const timeZone = body.timeZone === undefined ? workspace.settings.timeZone : knownTimeZone(body.timeZone);
      return people.saveWorkspace({ ...workspace, settings: { ...workspace.settings, ...body, timeZone } }, caller);
    }),
  ];
};

/** @throws DomainError `own_mfa_missing`: who demands a second factor without having one shuts themselves out */
const assertHasMfa = async ({ people }: Pick<Deps, 'people'>, { workspaceId, personId }: Caller): Promise<void> => {
  const membership = await people.findMembership(workspaceId, personId);
  const person = membership && (await people.find(membership.subject));
  if (person?.hasMfa === true) return;
  const message = 'can only be switched on by someone who has a second factor';
  throw new DomainError(
    'conflict',
    'own_mfa_missing',
    'You have no second factor. Enrol one before you require it from all members.',
    { fields: [{ path: 'body.requireMfa', code: 'own_mfa_missing', message }] },
  );
};

/** @throws DomainError `not_a_member` when the membership ended within the life of the access token. */
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

/** A machine has one workspace, and no mail address. @throws DomainError `not_a_member` once it was revoked */
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
