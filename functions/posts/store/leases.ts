import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Lease } from '../domain/lease.ts';

/**
 * Who may send now. Leases are items of their own in the workspace's partition, because whoever stops publishing has to
 * read them consistently, which no index of posts allows. They have no version: the stream leaves them out.
 */
export interface LeaseStore {
  /** Takes the lease, or takes it anew. */
  take(lease: Lease): Promise<void>;
  /** Gives back a lease under which nothing was sent; one that its execution took anew meanwhile stays. */
  giveBack(lease: Lease): Promise<void>;
  /** The end of what an execution did under its lease: nothing of it can land any more. */
  end(of: Pick<Lease, 'workspaceId' | 'subjectId' | 'execution'>): Promise<void>;
  /** The leases of the workspace under which something may still land at X, read consistently. */
  standing(workspaceId: string): Promise<Lease[]>;
}

const prefix = 'LEASE#';
const keyOf = ({ workspaceId, subjectId, execution }: Pick<Lease, 'workspaceId' | 'subjectId' | 'execution'>): Key => ({
  pk: workspaceId,
  sk: `${prefix}${subjectId}#${execution}`,
});

/** A lease that nobody ended is forgotten this long after it is over: clocks differ. */
const forgottenAfterSeconds = 60;

export const leaseStore = (table: Table): LeaseStore => ({
  async take(lease) {
    const ttl = timeToLive(new Date(lease.landsBy), forgottenAfterSeconds);
    await table.put({ ...lease, ...keyOf(lease), type: 'lease', ttl });
  },
  async giveBack(lease) {
    const condition = {
      ConditionExpression: 'sendBy = :sendBy',
      ExpressionAttributeValues: { ':sendBy': lease.sendBy },
    };
    await table.transact([{ delete: keyOf(lease), condition }]);
  },
  end: (of) => table.delete(keyOf(of)),
  async standing(workspaceId) {
    const items = await table.queryAll({
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :leases)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':leases': prefix },
    });
    const now = table.now().toISOString();
    return items.map((item) => entityOf(Lease, item)).filter(({ landsBy }) => landsBy > now);
  },
});
