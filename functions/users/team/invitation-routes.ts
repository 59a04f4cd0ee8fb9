import { type Route, route } from '#shared/http/route.ts';
import { personNow } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { type Invitation, isOpen, revoke } from '../domain/invitation.ts';
import type { Mail } from '../domain/mail.ts';
import { assertReach } from '../domain/role-reach.ts';
import * as contract from './invitation-contract.ts';
import { inviteAgain, invitePerson } from './invite.ts';
import { acceptAs, registerBy } from './join.ts';

/** Routes of invitations. */
export const invitationsRoutes = (deps: Deps): Route[] => {
  const { invitations, now } = deps;
  const viewOf = (invitation: Invitation) => ({
    ...invitation,
    isExpired: invitation.status === 'pending' && !isOpen(invitation, now()),
  });

  const withMail = ({ invitation, mail }: { invitation: Invitation; mail: Mail }) => ({
    ...viewOf(invitation),
    mail: { status: mail.status, suppressedFor: mail.suppressedFor },
  });

  return [
    route(contract.createInvitation, async ({ body, caller }) => {
      assertReach(caller.role, body.role);
      return withMail(await invitePerson(deps, body, caller));
    }),
    route(contract.listInvitations, async ({ query: { limit, cursor, status }, caller: { workspaceId } }) => {
      const scope = { operation: contract.listInvitations.id, workspaceId, status };
      const page = await invitations.list(workspaceId, status, { limit, cursor, scope });
      return { ...page, items: page.items.map(viewOf) };
    }),
    route(contract.getInvitation, async ({ path, caller }) =>
      viewOf(await invitations.get(caller.workspaceId, path.invitationId)),
    ),
    route(contract.resendInvitation, async ({ path, caller }) => {
      const { role: by } = caller;
      const invitation = await invitations.get(caller.workspaceId, path.invitationId);
      assertReach(by, invitation.role);
      return withMail(await inviteAgain(deps, invitation, caller));
    }),
    route(contract.revokeInvitation, async ({ path, caller }) => {
      const { role: by } = caller;
      const invitation = await invitations.get(caller.workspaceId, path.invitationId);
      assertReach(by, invitation.role);
      await invitations.save(revoke(invitation), caller);
      return undefined;
    }),
    route(contract.acceptInvitation, async ({ body, caller }) => {
      const { person } = await personNow(deps, caller);
      const { workspaceId, role } = await acceptAs(deps, body.token, person, caller);
      return { workspaceId, role, nextStep: 'switch_workspace' as const };
    }),
    route(contract.registerByInvitation, async ({ body, request }) => {
      const { workspaceId, role } = await registerBy(deps, body, request.correlationId);
      return { workspaceId, role, nextStep: 'sign_in' as const };
    }),
  ];
};
