import { entityOf } from '#shared/entities.ts';
import type { Table } from '#shared/table.ts';
import { daySeconds, instantAfter, timeToLive } from '#shared/time.ts';
import { KnownEvent, recentDays, StoredFields } from '../domain/known-event.ts';

/** Stores public events of workspaces that have automations. */
export interface RecentEventStore {
  /** Stores an event. Idempotent. */
  keep(event: KnownEvent): Promise<void>;
  /** The latest events of one type, newest first, at most `limit`. */
  latest(workspaceId: string, type: string, limit: number): Promise<KnownEvent[]>;
}

const prefixOf = (type: string): string => `RECENT_EVENT#${type}#`;

export const recentEventStore = (table: Table): RecentEventStore => ({
  async keep({ type, ...event }) {
    const { workspaceId, occurredAt, id } = event;
    await table.put({
      ...{ pk: workspaceId, sk: `${prefixOf(type)}${occurredAt}#${id}`, type: 'recent_event' },
      ...{ workspaceId, eventType: type, event: JSON.stringify(event) },
      ttl: timeToLive(new Date(occurredAt), recentDays * daySeconds),
    });
  },
  async latest(workspaceId, type, limit) {
    const since = instantAfter(table.now(), -recentDays * daySeconds * 1000);
    const items = await table.queryFirst(
      {
        KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :since AND :end',
        ExpressionAttributeValues: {
          ':workspace': workspaceId,
          ':since': prefixOf(type) + since,
          // `~` sorts after every digit.
          ':end': `${prefixOf(type)}~`,
        },
        ScanIndexForward: false,
      },
      limit,
    );
    return items.map((item) => entityOf(KnownEvent, { ...StoredFields.parse(item.event), type }));
  },
});
