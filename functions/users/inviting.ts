import type { Caller } from '../../shared/http/route.ts';
import type { Deps } from './deps.ts';
import { invite, isOpen, tokenOf, type Invitation } from './domain/invitation.ts';
import { mostMembers } from './domain/member.ts';
import { alreadyInvited, alreadyMember, tooMany } from './domain/team-refusals.ts';

/**
 * Invites an address. The invitation is written before its mail: a crash between the two leaves one that can be sent
 * again, never a link that opens nothing.
 * @throws DomainError `already_a_member`, `already_invited`, `too_many`
 */
export const invitePerson = async (
  deps: Deps,
  { email, role }: Pick<Invitation, 'email' | 'role'>,
  caller: Caller,
): Promise<Invitation> => {
  const { invitations, members, identities, people, newSecret, now } = deps;
  const { workspaceId, personId } = caller;
  const identity = await (await identities()).find(email);
  const person = identity && (await people.find(identity.subject));
  if (person && (await people.findMembership(workspaceId, person.id))) throw alreadyMember();
  const [pending, present] = await Promise.all([invitations.pending(workspaceId), members.all(workspaceId)]);
  const open = pending.filter((each) => isOpen(each, now()));
  if (open.some((each) => each.email === email)) throw alreadyInvited();
  if (open.length + present.length >= mostMembers) throw tooMany('members and open invitations', mostMembers);

  const secret = newSecret();
  const made = await invitations.create(
    invite({ workspaceId, email, role, invitedBy: personId }, secret, now()),
    caller,
  );
  await mailInvitation(deps, made, secret, caller);
  return made;
};

/** Has the link mailed. The token lies in the mail alone, until that is sent. */
export const mailInvitation = async (
  { mails, mailing, people }: Pick<Deps, 'mails' | 'mailing' | 'people'>,
  invitation: Invitation,
  secret: string,
  caller: Caller,
): Promise<void> => {
  const { workspaceId, email: to, role, expiresAt } = invitation;
  const [workspace, inviter] = await Promise.all([
    people.getWorkspace(workspaceId),
    people.findMembership(workspaceId, caller.personId),
  ]);
  const person = inviter && (await people.find(inviter.subject));
  const token = tokenOf(invitation, secret);
  const data = {
    // After the #: what a browser opens stands in no log.
    link: `${mailing.publicUrl}/invitation#${token}`,
    token,
    workspaceName: workspace.name,
    inviterName: person?.name ?? workspace.name,
    role,
    expiresAt,
  };
  await mails.queue({ workspaceId, to, kind: 'invitation', data }, caller);
};
