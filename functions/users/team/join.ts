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
 * Returns the open invitation of a token.
 * @throws DomainError `invalid_invitation`, whether it is wrong, used, revoked or expired
 */
const openedBy = async ({ invitations, people, now }: Deps, token: string): Promise<Invitation> => {
  const place = readToken(token);
  const invitation = place && (await invitations.find(place.workspaceId, place.invitationId));
  if (!invitation || !opens(invitation, place.secret, now())) throw invalidInvitation();
  const workspace = await people.findWorkspace(invitation.workspaceId);
  if (!workspace || workspace.deletedAt !== null) throw invalidInvitation();
  return invitation;
};

/** Returns the membership for an invitation, based on the record of a former member if there is one. */
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
  // Of two concurrent requests, one finds the invitation used.
  const isIn = await deps.invitations.accept({ invitation, member, worksHere: place?.status !== 'active' }, author);
  if (!isIn) throw invalidInvitation();
  return invitation;
};

/** Joins as a signed-in person. The invitation must be for their address. @throws DomainError */
export const acceptAs = async (deps: Deps, token: string, person: Person, author: Author): Promise<Invitation> => {
  const invitation = await openedBy(deps, token);
  if (invitation.email !== person.email) throw invalidInvitation();
  return join(deps, invitation, person, author);
};

/**
 * Joins without being signed in; the link proves the address. A new address gets an account with the password. An
 * existing account requires its own password, so that a misdirected link gives no access to it. A crash after the
 * account is created leaves one without a person; repeating the request completes it.
 * @throws DomainError `invalid_invitation`, also for a wrong password of an existing account; as `refuseGuessable` for
 * a new account
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
  // No confirmation code was used.
  const newPerson = newcomer({ id, workspaceId, subject, name, email, firstRole: role, confirmationDigest: '' });
  const member = await memberBy(deps, invitation, newPerson);
  const isIn = await deps.invitations.accept({ invitation, member, newPerson, worksHere: true }, author);
  if (!isIn) throw invalidInvitation();
  return invitation;
};

/** @throws DomainError `invalid_invitation` for a wrong password of the account, `too_many_tries` */
const proveOwn = (deps: Deps, { id, email }: Invitation, password: string): Promise<void> =>
  triedByBearer(deps, { kind: 'password', bearer: id }, async () => {
    if (!(await isOwnPassword(deps, email, password))) throw invalidInvitation();
  });

/** Whether the password is correct. A token refused only for lack of a workspace counts as a correct password. */
const isOwnPassword = async ({ identities }: Deps, email: string, password: string): Promise<boolean> => {
  try {
    await identities.checkPassword(email, password);
    return true;
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'rate-limited') throw error;
    return error.code === noWorkspace().code;
  }
};
