import type { Author } from '#shared/actor.ts';
import { createWithin, oneMore } from '#shared/counts.ts';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { WorkspaceId } from '#shared/ids.ts';
import { isNew, type Table } from '#shared/table.ts';
import type { Person } from '../domain/person.ts';
import { type Membership, type Workspace, workspacesBound } from '../domain/workspace.ts';
import { isActiveMember, ownWorkspaces, workplaceChange } from './members.ts';
import { memberItem, memberKey, personKey, workspaceItem } from './people.ts';
import { securityPartition } from './security.ts';

export interface WorkspaceStore {
  /**
   * Creates a workspace with its owner, and counts it in the same transaction. @throws DomainError `too_many`, even if
   * created concurrently
   */
  create(workspace: New<Workspace>, owner: New<Membership>, author: Author): Promise<Workspace>;
  /**
   * Creates a workspace and makes it the person's current one; does nothing if their current workspace changed
   * meanwhile, or they are being erased.
   */
  createFor(person: Person, workspace: New<Workspace>, owner: New<Membership>, author: Author): Promise<void>;
  /** Changes a person's current workspace; false unless they are an active member of it at that instant. */
  switchTo(member: Membership, author: Author): Promise<boolean>;
  /** Returns workspaces whose deletion was due before an instant (UTC) or has begun, longest overdue first. */
  due(before: string): Promise<string[]>;
  /** Erases one batch of invitations, emails, known X accounts and security events; returns the number of items. */
  erasePapers(workspaceId: string): Promise<number>;
}

/** Workspaces deleted in one run, and items of each kind that `erasePapers` erases in one step. */
const maxDue = 200;
const papersAtATime = 100;

/** Returns the first writes of a workspace and its owner. */
const creation = (workspace: New<Workspace>, owner: New<Membership>, author: Author, now: Date) => {
  const first = <N extends { workspaceId: string }>(entity: N) =>
    nextVersion(firstVersion(entity, now, author), now, author);
  const made = first(workspace);
  return { made, writes: [workspaceItem(made), memberItem(first(owner))].map((put) => ({ put, condition: isNew })) };
};

export const workspaceStore = (table: Table): WorkspaceStore => ({
  async create(workspace, owner, author) {
    const { made, writes } = creation(workspace, owner, author, table.now());
    await createWithin(table, personKey(owner.subject).pk, ownWorkspaces, workspacesBound, ...writes);
    return made;
  },
  async createFor({ subject, workspaceId: from }, workspace, owner, author) {
    const now = table.now();
    const { made, writes } = creation(workspace, owner, author, now);
    const move = workplaceChange(subject, { from, to: made.workspaceId, unlessErased: true }, author, now);
    await table.transact([...writes, move, oneMore(personKey(subject).pk, ownWorkspaces)]);
  },
  switchTo: ({ workspaceId, personId, subject }, author) =>
    table.transact([
      workplaceChange(subject, { to: workspaceId }, author, table.now()),
      { check: memberKey(workspaceId, personId), condition: isActiveMember },
    ]),
  async due(before) {
    const found = await table.queryFirst(
      {
        IndexName: 'byDue',
        KeyConditionExpression: 'byDuePk = :deletion AND byDueSk < :before',
        ExpressionAttributeValues: { ':deletion': 'DELETION', ':before': before },
      },
      maxDue,
    );
    return found.map(({ byDueSk }) => WorkspaceId.parse(String(byDueSk).split('#')[1]));
  },
  async erasePapers(workspaceId) {
    const kinds = ['INVITATION#', 'MAIL#', 'ACCOUNT#'].map((kind) =>
      table.queryFirst(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :kind)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':kind': kind },
        },
        papersAtATime,
      ),
    );
    const security = table.queryFirst(
      {
        KeyConditionExpression: 'pk = :security',
        ExpressionAttributeValues: { ':security': securityPartition(workspaceId) },
      },
      papersAtATime,
    );
    const found = (await Promise.all([...kinds, security])).flat();
    for (const { pk, sk } of found) await table.delete({ pk: String(pk), sk: String(sk) });
    return found.length;
  },
});
