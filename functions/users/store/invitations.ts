import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from '#shared/table.ts';
import { Invitation } from '../domain/invitation.ts';
import type { Person } from '../domain/person.ts';
import type { Membership } from '../domain/workspace.ts';
import { addressKeys } from './addresses.ts';
import { workplaceChange } from './members.ts';
import { memberItem, personItem } from './people.ts';

/** What accepting an invitation writes. */
export interface Acceptance {
  invitation: Invitation;
  /** A new member, or the record of a removed one who returns. */
  member: New<Membership> | Membership;
  /** Set if the person has no record yet. */
  newPerson?: New<Person>;
  /** Whether this becomes the person's current workspace, because they have none. */
  worksHere: boolean;
}

export interface InvitationStore {
  find(workspaceId: string, invitationId: string): Promise<Invitation | undefined>;
  /** @throws DomainError `invitation_not_found` */
  get(workspaceId: string, invitationId: string): Promise<Invitation>;
  /** Oldest first, optionally filtered by status. */
  list(workspaceId: string, status: Invitation['status'] | undefined, page: PageRequest): Promise<Page<Invitation>>;
  /** Invitations that were neither accepted nor revoked, including expired ones. */
  pending(workspaceId: string): Promise<Invitation[]>;
  create(invitation: New<Invitation>, author: Author): Promise<Invitation>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(invitation: Invitation, author: Author): Promise<Invitation>;
  /** Writes everything or nothing; false if the invitation or the member changed since it was read. */
  accept(acceptance: Acceptance, author: Author): Promise<boolean>;
}

const invitationKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `INVITATION#${id}` });

const invitationItem = (invitation: Invitation): Item & Key => ({
  ...invitation,
  ...invitationKey(invitation.workspaceId, invitation.id),
  type: 'invitation',
  ...addressKeys(invitation.email, invitation.workspaceId, invitation.id),
});

export const invitationStore = (table: Table): InvitationStore => {
  const save = entityWriter(table, invitationItem);
  const find = async (workspaceId: string, invitationId: string): Promise<Invitation | undefined> => {
    const item = await table.get(invitationKey(workspaceId, invitationId));
    return item && entityOf(Invitation, item);
  };
  const ofWorkspace = (workspaceId: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :invitation)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':invitation': 'INVITATION#' },
  });
  return {
    find,
    async get(workspaceId, invitationId) {
      const invitation = await find(workspaceId, invitationId);
      if (!invitation) throw notFound('invitation');
      return invitation;
    },
    list: (workspaceId, status, page) =>
      table.queryPage(ofWorkspace(workspaceId), page, (item) => {
        const invitation = entityOf(Invitation, item);
        return status === undefined || invitation.status === status ? invitation : undefined;
      }),
    async pending(workspaceId) {
      const all = (await table.queryAll(ofWorkspace(workspaceId))).map((item) => entityOf(Invitation, item));
      return all.filter(({ status }) => status === 'pending');
    },
    create: (invitation, author) => save(firstVersion(invitation, table.now(), author), author),
    save,
    accept({ invitation, member, newPerson, worksHere }, author) {
      const now = table.now();
      const standing = 'version' in member ? member : firstVersion(member, now, author);
      const accepted: Invitation = { ...invitation, status: 'accepted', acceptedBy: member.personId };
      const closed = nextVersion(accepted, now, author);
      const writes: TransactWrite[] = [
        { put: invitationItem(closed), condition: stillAt(invitation.version) },
        { put: memberItem(nextVersion(standing, now, author)), condition: stillAt(standing.version) },
      ];
      if (newPerson) {
        const person = nextVersion(firstVersion(newPerson, now, author), now, author);
        writes.push({ put: personItem(person), condition: isNew });
      } else if (worksHere) {
        writes.push(workplaceChange(member.subject, { to: member.workspaceId }, author, now));
      }
      return table.transact(writes);
    },
  };
};
