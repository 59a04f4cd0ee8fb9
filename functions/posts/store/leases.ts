import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Lease } from '../domain/lease.ts';

/**
 * Who may send now. Leases are separate items in the workspace's partition, because stopping publishing requires a
 * consistent read of them, which no index of posts allows. They have no version: the stream ignores them.
 */
export interface LeaseStore {
  /** Takes or renews the lease. */
  take(lease: Lease): Promise<void>;
  /** Gives back a lease under which nothing was sent, unless its execution has renewed it meanwhile. */
  giveBack(lease: Lease): Promise<void>;
  /** Ends the lease of an execution, none of whose calls can still reach X. */
  end(of: Pick<Lease, 'workspaceId' | 'subjectId' | 'execution'>): Promise<void>;
  /** The leases of the workspace under which a call may still reach X, read consistently. */
  standing(workspaceId: string): Promise<Lease[]>;
}

const prefix = 'LEASE#';
const keyOf = ({ workspaceId, subjectId, execution }: Pick<Lease, 'workspaceId' | 'subjectId' | 'execution'>): Key => ({
  pk: workspaceId,
  sk: `${prefix}${subjectId}#${execution}`,
});

/** How long after its end a lease that nobody ended is deleted: clocks differ. */
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
