import type { Caller } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { tooMany } from '../domain/bounds.ts';
import { inZone } from '../domain/in-zone.ts';
import { alreadyInvited, type Invitation, invite, isOpen, renew, tokenOf } from '../domain/invitation.ts';
import type { Mail } from '../domain/mail.ts';
import { isEstablished } from '../domain/mail-allowance.ts';
import { alreadyMember, membersBound } from '../domain/member.ts';

/**
 * Invites an address. The invitation is written before its email, so that a crash in between leaves an invitation that
 * can be resent, never a link without an invitation.
 * @throws DomainError `already_a_member`, `already_invited`, `too_many`
 */
export const invitePerson = async (
  deps: Deps,
  { email, role }: Pick<Invitation, 'email' | 'role'>,
  caller: Caller,
): Promise<{ invitation: Invitation; mail: Mail }> => {
  const { invitations, members, identities, people, newSecret, now } = deps;
  const { workspaceId, personId } = caller;
  const identity = await identities.find(email);
  const person = identity && (await people.find(identity.subject));
  if (person && (await people.findMembership(workspaceId, person.id))) throw alreadyMember();
  const [pending, present] = await Promise.all([invitations.pending(workspaceId), members.all(workspaceId)]);
  const open = pending.filter((each) => isOpen(each, now()));
  if (open.some((each) => each.email === email)) throw alreadyInvited();
  if (open.length + present.length >= membersBound.most) throw tooMany(membersBound);

  const secret = newSecret();
  const made = await invitations.create(
    invite({ workspaceId, email, role, invitedBy: personId }, secret, now()),
    caller,
  );
  return {
    invitation: made,
    mail: await mailInvitation(deps, made, secret, caller, await mayInvite(deps, made, caller)),
  };
};

/** Counts an email to an invited person: a mailbox receives only a few emails from strangers. */
const mayInvite = async (
  { mails, people, now }: Deps,
  { workspaceId, email: to }: Invitation,
  { personId }: Caller,
): Promise<boolean> => {
  const asker = { personId, isEstablished: isEstablished(await people.getWorkspace(workspaceId), now()) };
  return mails.allow({ workspaceId, to, kind: 'invitation', asker });
};

/**
 * Resends an invitation with a new link, which invalidates the previous one. If the limit of its address is reached,
 * the invitation is left unchanged, because the invited person would otherwise have no valid link.
 * @throws DomainError `invitation_closed`, `changed_meanwhile`
 */
export const inviteAgain = async (
  deps: Deps,
  invitation: Invitation,
  caller: Caller,
): Promise<{ invitation: Invitation; mail: Mail }> => {
  const { mails, invitations, newSecret, now } = deps;
  const secret = newSecret();
  const renewed = renew(invitation, secret, now());
  const { workspaceId, email: to } = invitation;
  const mail = { workspaceId, to, kind: 'invitation' as const };
  if (!(await mayInvite(deps, invitation, caller)))
    return { invitation, mail: await mails.queue({ ...mail, data: {} }, caller, false) };
  const saved = await invitations.save(renewed, caller);
  return { invitation: saved, mail: await mailInvitation(deps, saved, secret, caller, true) };
};

/** Requests the email with the link. The token is only stored in the email, until it is sent. */
const mailInvitation = async (
  { mails, mailing, people }: Pick<Deps, 'mails' | 'mailing' | 'people'>,
  invitation: Invitation,
  secret: string,
  caller: Caller,
  isAllowed: boolean,
): Promise<Mail> => {
  const { workspaceId, email: to, role, expiresAt } = invitation;
  const [workspace, inviter] = await Promise.all([
    people.getWorkspace(workspaceId),
    people.findMembership(workspaceId, caller.personId),
  ]);
  const person = inviter && (await people.find(inviter.subject));
  const token = tokenOf(invitation, secret);
  const data = {
    // In the fragment, so that the token does not appear in logs when the link is opened.
    link: `${mailing.publicUrl}/invitation#${token}`,
    token,
    workspaceName: workspace.name,
    inviterName: person?.name ?? workspace.name,
    role,
    expiresAt: inZone(expiresAt, workspace.settings.timeZone),
  };
  return mails.queue({ workspaceId, to, kind: 'invitation', data }, caller, isAllowed);
};
