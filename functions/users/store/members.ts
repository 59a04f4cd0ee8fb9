import type { Author } from '#shared/actor.ts';
import { oneLess } from '#shared/counts.ts';
import { entityOf, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { Condition, Item, PageRequest, Table, TransactWrite } from '#shared/table.ts';
import { isActiveOwner, lastOwner } from '../domain/member.ts';
import { Membership } from '../domain/workspace.ts';
import { memberItem, memberKey, type PeopleStore, personKey } from './people.ts';

export interface MemberStore {
  /** @throws DomainError `member_not_found`, also for a removed member. */
  get(workspaceId: string, personId: string): Promise<Membership>;
  /** Returns the record, even of a removed member. */
  record(workspaceId: string, personId: string): Promise<Membership | undefined>;
  /** In order of their ids. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Membership>>;
  /** All members of a workspace, at most 1,000. */
  all(workspaceId: string): Promise<Membership[]>;
  /**
   * Saves a change of a member. If it removes an active owner, the transaction requires that another one exists at that
   * instant. A member who loses their current workspace moves on to another of theirs.
   * @throws DomainError `last_owner`, or `changed_meanwhile` if the member was changed meanwhile
   */
  change(before: Membership, after: Membership, author: Author): Promise<Membership>;
  /** Saves the former and the new owner in one transaction. @throws DomainError `changed_meanwhile` */
  handOver(pair: readonly [Membership, Membership], author: Author): Promise<Membership>;
  /** Removes a member from a deleted workspace, even its last owner. */
  erase(member: Membership, author: Author): Promise<void>;
}

/** Name of the counter, next to a person's record, of workspaces that they created and are still in. */
export const ownWorkspaces = 'OWN_WORKSPACES';

/** Leaving a workspace that one created makes room for another. */
const uncounted = ({ cameBy, subject }: Membership): TransactWrite[] =>
  cameBy === 'own_workspace' ? [oneLess(personKey(subject).pk, ownWorkspaces)] : [];

/** Requires an active member. Older records have no status, and count as active. */
export const isActiveMember: Condition = {
  ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#status) OR #status = :active)',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: { ':active': 'active' },
};

const isOwnerNow: Condition = {
  ConditionExpression: '#role = :owner AND (attribute_not_exists(#status) OR #status = :active)',
  ExpressionAttributeNames: { '#status': 'status', '#role': 'role' },
  ExpressionAttributeValues: { ':active': 'active', ':owner': 'owner' },
};

/**
 * Changes a person's current workspace, if it is `from` (where given) and, with `unlessErased`, they are not being
 * erased.
 */
export const workplaceChange = (
  subject: string,
  { from, to, unlessErased = false }: { from?: string; to: string; unlessErased?: boolean },
  author: Author,
  now: Date,
): TransactWrite => ({
  update: personKey(subject),
  with: {
    UpdateExpression:
      'SET workspaceId = :to, updatedAt = :now, #version = #version + :one, correlationId = :correlationId, changedBy = :by',
    ConditionExpression: [
      from === undefined ? 'attribute_exists(pk)' : 'workspaceId = :from',
      ...(unlessErased ? ['attribute_not_exists(erasure)'] : []),
    ].join(' AND '),
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: {
      ':to': to,
      ':now': now.toISOString(),
      ':one': 1,
      ':correlationId': author.correlationId,
      ':by': author.actor,
      ...(from !== undefined && { ':from': from }),
    },
  },
});

/** Most attempts of a transaction whose preconditions changed meanwhile. */
const maxAttempts = 4;

export const memberStore = (table: Table, people: Pick<PeopleStore, 'find' | 'membershipsOf'>): MemberStore => {
  const record = async (workspaceId: string, personId: string): Promise<Membership | undefined> => {
    const item = await table.get(memberKey(workspaceId, personId));
    return item && entityOf(Membership, item);
  };
  const members = (workspaceId: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :member)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':member': 'MEMBER#' },
  });
  const present = (item: Item): Membership | undefined => {
    const member = entityOf(Membership, item);
    return member.status === 'removed' ? undefined : member;
  };
  const all = async (workspaceId: string): Promise<Membership[]> =>
    (await table.queryAll({ ...members(workspaceId), ConsistentRead: true })).flatMap((item) => present(item) ?? []);

  const put = (member: Membership, author: Author): { next: Membership; write: TransactWrite } => {
    const next = nextVersion(member, table.now(), author);
    return { next, write: { put: memberItem(next), condition: stillAt(member.version) } };
  };

  /**
   * Returns the writes that move a member on to another of their workspaces; none if they have no other, or this is not
   * their current one.
   */
  const goingOn = async (member: Membership, author: Author): Promise<TransactWrite[]> => {
    const { workspaceId, subject, personId } = member;
    const person = await people.find(subject);
    if (person?.workspaceId !== workspaceId) return [];
    const others = await people.membershipsOf(personId);
    const next = others.find((each) => each.workspaceId !== workspaceId && each.status === 'active');
    if (!next) return [];
    return [
      workplaceChange(subject, { from: workspaceId, to: next.workspaceId }, author, table.now()),
      { check: memberKey(next.workspaceId, personId), condition: isActiveMember },
    ];
  };

  const guard = async ({ workspaceId, personId }: Membership): Promise<TransactWrite> => {
    const other = (await all(workspaceId)).find((each) => each.personId !== personId && isActiveOwner(each));
    if (!other) throw lastOwner();
    return { check: memberKey(workspaceId, other.personId), condition: isOwnerNow };
  };

  return {
    record,
    async get(workspaceId, personId) {
      const member = await record(workspaceId, personId);
      if (!member || member.status === 'removed') throw notFound('member');
      return member;
    },
    list: (workspaceId, page) => table.queryPage(members(workspaceId), page, present),
    all,
    async change(before, after, author) {
      const losesOwner = isActiveOwner(before) && !isActiveOwner(after);
      const losesPlace = before.status === 'active' && after.status !== 'active';
      for (let tries = 0; tries < maxAttempts; tries += 1) {
        const { next, write } = put(after, author);
        const guards = losesOwner ? [await guard(before)] : [];
        const moves = losesPlace ? await goingOn(before, author) : [];
        const counts = after.status === 'removed' ? uncounted(before) : [];
        if (await table.transact([write, ...guards, ...moves, ...counts])) return next;
        const standing = await record(before.workspaceId, before.personId);
        if (standing?.version !== before.version) throw lostUpdate();
      }
      throw lostUpdate();
    },
    async handOver([owner, heir], author) {
      const written = put(heir, author);
      if (!(await table.transact([put(owner, author).write, written.write]))) throw lostUpdate();
      return written.next;
    },
    async erase(member, author) {
      const { write } = put({ ...member, status: 'removed', ownershipFrom: null }, author);
      const moves = await goingOn(member, author);
      // A member whose write lost against a concurrent one is erased in the next run.
      await table.transact([write, ...moves, ...uncounted(member)]);
    },
  };
};
