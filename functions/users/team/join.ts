import type { Author } from '#shared/actor.ts';
import type { New } from '#shared/entity.ts';
import { DomainError } from '#shared/errors.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { invalidInvitation, type Invitation, opens, readToken } from '../domain/invitation.ts';
import { alreadyMember } from '../domain/member.ts';
import { newcomer, type Person, personAuthor } from '../domain/person.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import type { Membership } from '../domain/workspace.ts';
import { triedByBearer } from '../lock-out/lock-out.ts';
import { refuseGuessable } from '../passwords/refuse-guessable.ts';
import { isPersonIn } from '../store/people.ts';

/**
 * The invitation that a token opens now.
 * @throws DomainError `invalid_invitation`: the same for a wrong, a used, a revoked and an expired one
 */
const openedBy = async ({ invitations, people, now }: Deps, token: string): Promise<Invitation> => {
  const place = readToken(token);
  const invitation = place && (await invitations.find(place.workspaceId, place.invitationId));
  if (!invitation || !opens(invitation, place.secret, now())) throw invalidInvitation();
  const workspace = await people.findWorkspace(invitation.workspaceId);
  if (!workspace || workspace.deletedAt !== null) throw invalidInvitation();
  return invitation;
};

/** The membership an invitation makes, based on the record of a former member if there is one. */
const memberBy = async (
  { members }: Pick<Deps, 'members'>,
  { workspaceId, role }: Invitation,
  { id: personId, subject }: Pick<Person, 'id' | 'subject'>,
): Promise<New<Membership> | Membership> => {
  const former = await members.record(workspaceId, personId);
  if (former && former.status !== 'removed') throw alreadyMember();
  const fresh = { personId, subject, role, status: 'active', cameBy: 'invitation', ownershipFrom: null } as const;
  return { workspaceId, ...former, ...fresh };
};

const join = async (deps: Deps, invitation: Invitation, person: Person, author: Author): Promise<Invitation> => {
  if (person.erasure) throw invalidInvitation();
  const member = await memberBy(deps, invitation, person);
  const place = await deps.people.findMembership(person.workspaceId, person.id);
  // Of two who accept at once, one finds the invitation used.
  const isIn = await deps.invitations.accept({ invitation, member, worksHere: place?.status !== 'active' }, author);
  if (!isIn) throw invalidInvitation();
  return invitation;
};

/** Joins as a person who is signed in. The invitation must be for their address. @throws DomainError */
export const acceptAs = async (deps: Deps, token: string, person: Person, author: Author): Promise<Invitation> => {
  const invitation = await openedBy(deps, token);
  if (invitation.email !== person.email) throw invalidInvitation();
  return join(deps, invitation, person, author);
};

/**
 * Joins without being signed in: the link has proved the address. A new address gets an account with the password. An
 * existing account needs its own password, so that a misdirected link opens no account. A crash after the account is
 * made leaves one without a person; repeating the request repairs it.
 * @throws DomainError `invalid_invitation`, also for a password that is not the account's own; as `refuseGuessable` for a
 * new account
 */
export const registerBy = async (
  deps: Deps,
  { token, name, password }: { token: string; name: string; password: string },
  correlationId: string,
): Promise<Invitation> => {
  const invitation = await openedBy(deps, token);
  const { email } = invitation;
  const standing = await deps.identities.find(email);
  const hasAccount = standing !== undefined && (await isPersonIn(deps.people)(standing.subject));
  if (!hasAccount) await refuseGuessable(deps, password, { email, name });
  const { subject, isKnown } = await deps.directory.createUser({ email, password, name }, isPersonIn(deps.people));
  if (isKnown) await proveOwn(deps, invitation, password);
  const known = await deps.people.find(subject);
  const id = known?.id ?? newId('usr', deps.now());
  const author = personAuthor(id, correlationId);
  if (known) return join(deps, invitation, known, author);

  const { workspaceId, role } = invitation;
  // No code has confirmed the address.
  const newPerson = newcomer({ id, workspaceId, subject, name, email, firstRole: role, confirmationDigest: '' });
  const member = await memberBy(deps, invitation, newPerson);
  const isIn = await deps.invitations.accept({ invitation, member, newPerson, worksHere: true }, author);
  if (!isIn) throw invalidInvitation();
  return invitation;
};

/** @throws DomainError `invalid_invitation` for a password that is not the account's own, `too_many_tries` */
const proveOwn = (deps: Deps, { id, email }: Invitation, password: string): Promise<void> =>
  triedByBearer(deps, { kind: 'password', bearer: id }, async () => {
    if (!(await isOwnPassword(deps, email, password))) throw invalidInvitation();
  });

/** Whether a sign-in with it would be let in, but for the want of a workspace. */
const isOwnPassword = async ({ identities }: Deps, email: string, password: string): Promise<boolean> => {
  try {
    await identities.checkPassword(email, password);
    return true;
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'rate-limited') throw error;
    return error.code === noWorkspace().code;
  }
};
