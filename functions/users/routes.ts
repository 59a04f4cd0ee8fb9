import type { Table } from '../../shared/dynamo.ts';
import { assertVersion } from '../../shared/http/etag.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import { route, type Caller, type Route } from '../../shared/http/route.ts';
import { knownTimeZone } from '../../shared/http/time-zone.ts';
import * as contract from './contract.ts';
import type { Deps } from './deps.ts';
import { isSameConfirmation, register, SignedUp } from './domain/person.ts';
import { invalidCode, notAMember, noWorkspace } from './domain/refusals.ts';

/** The HTTP operations of users. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => {
  const { identities, people, audit } = deps;
  return [
    route(contract.signUp, async ({ body }) => {
      await (await identities()).signUp(body);
      return { status: 'confirmation_required' as const };
    }),
    route(contract.confirmSignUp, async ({ body, request }) => {
      await confirm(deps, body.email, body.code, request.correlationId);
      return { status: 'confirmed' as const };
    }),
    route(contract.resendCode, async ({ body }) => {
      await (await identities()).resendCode(body.email);
      return { status: 'accepted' as const };
    }),
    route(contract.signIn, async ({ body, request }) => {
      const { subject, tokens } = await (await identities()).signIn(body.email, body.password);
      if (!(await people.noteSignIn(subject, request.correlationId))) throw noWorkspace();
      return tokens;
    }),
    route(contract.refreshTokens, async ({ body }) => (await identities()).refresh(body.refreshToken)),
    route(contract.signOut, async ({ body, caller }) => {
      if (body.refreshToken !== undefined) await (await identities()).revoke(body.refreshToken);
      const membership = await people.findMembership(caller.workspaceId, caller.personId);
      // Whoever was removed meanwhile is out already.
      if (membership) await people.noteSignOut(membership.subject, caller.correlationId);
      return undefined;
    }),
    route(contract.getMe, async ({ caller }) => me(deps, caller)),
    route(contract.getWorkspace, async ({ caller }) => people.getWorkspace(caller.workspaceId)),
    route(contract.changeWorkspace, async ({ body, caller, request }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      assertVersion(workspace, request.ifMatch);
      const timeZone = body.timeZone === undefined ? workspace.settings.timeZone : knownTimeZone(body.timeZone);
      return people.saveWorkspace({ ...workspace, settings: { ...workspace.settings, ...body, timeZone } }, caller);
    }),
    route(contract.listAuditEvents, async ({ query: { limit, cursor, ...filter }, caller }) =>
      audit.list(caller.workspaceId, filter, {
        limit,
        cursor,
        scope: { operation: contract.listAuditEvents.id, workspaceId: caller.workspaceId, ...filter },
      }),
    ),
    ...healthRoutes(contract.health, 'users', reachTable(table)),
  ];
};

/**
 * Confirms a sign-up and makes its person and workspace. A crash between the two leaves a confirmed identity without a
 * person: confirming again makes up for it. Cognito does not look at the code then, but what is made is only what the
 * right code has earned already, for the address it was mailed to. Otherwise a second confirmation needs the same code,
 * so that nobody learns by it whether an address is known.
 * @throws DomainError `invalid_code`
 */
const confirm = async ({ identities, people, now }: Deps, email: string, code: string, correlationId: string) => {
  const provider = await identities();
  const outcome = await provider.confirm(email, code);
  const identity = await provider.find(email);
  if (!identity?.isConfirmed) throw invalidCode();
  const person = await people.find(identity.subject);
  if (person) {
    if (outcome === 'nothing_pending' && !isSameConfirmation(person, code, now())) throw invalidCode();
    return;
  }
  // Only a sign-up through this API has these: no other kind of identity gets a workspace by being confirmed.
  const signedUp = SignedUp.safeParse(identity);
  if (!signedUp.success) throw invalidCode();
  // False when another request was quicker: then all is there.
  await people.register(register(signedUp.data, code, now()), correlationId);
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
