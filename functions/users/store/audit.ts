import { entityOf, isNew, type Item, type Key, type PageRequest, type Table } from '../../../shared/dynamo.ts';
import type { Page } from '../../../shared/http/page.ts';
import { AuditEvent } from '../domain/audit-event.ts';

export interface AuditFilter {
  /** From (inclusive) and to (exclusive), UTC. */
  from?: string | undefined;
  to?: string | undefined;
  entityId?: string | undefined;
  eventType?: string | undefined;
}

export interface AuditStore {
  /** Keeps an event; one that is kept already stays as it is. */
  append(workspaceId: string, event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, filter: AuditFilter, page: PageRequest): Promise<Page<AuditEvent>>;
}

/** The trail has no `version`: it is written once, and its writes are told to nobody. */
const auditItem = (workspaceId: string, event: AuditEvent): Item & Key => {
  const sk = `${event.occurredAt}#${event.id}`;
  return {
    ...event,
    pk: `${workspaceId}#AUDIT`,
    sk,
    type: 'audit',
    workspaceId,
    byEntityPk: `${workspaceId}#${event.entityId}`,
    byEntitySk: sk,
    byEventTypePk: `${workspaceId}#${event.eventType}`,
    byEventTypeSk: sk,
  };
};

/** An instant as sort keys have it; `#` sorts before every digit, so that a bound is before all of its instant. */
const bound = (instant: string | undefined): string | undefined => instant && new Date(instant).toISOString();

/** The index, or the table itself, that holds what a filter asks for side by side. */
const placeOf = (workspaceId: string, { entityId, eventType }: AuditFilter) => {
  if (entityId !== undefined) return { index: 'byEntity', pk: `${workspaceId}#${entityId}` };
  if (eventType !== undefined) return { index: 'byEventType', pk: `${workspaceId}#${eventType}` };
  return { index: undefined, pk: `${workspaceId}#AUDIT` };
};

export const auditStore = (table: Table): AuditStore => ({
  async append(workspaceId, event) {
    await table.put(auditItem(workspaceId, event), isNew);
  },
  list: (workspaceId, filter, page) => {
    const { index, pk } = placeOf(workspaceId, filter);
    const [pkName, skName] = index === undefined ? ['pk', 'sk'] : [`${index}Pk`, `${index}Sk`];
    return table.queryPage(
      {
        ...(index !== undefined && { IndexName: index }),
        KeyConditionExpression: `${pkName} = :place AND ${skName} BETWEEN :from AND :to`,
        ExpressionAttributeValues: { ':place': pk, ':from': bound(filter.from) ?? '0', ':to': bound(filter.to) ?? ':' },
        ScanIndexForward: false,
      },
      page,
      (item) => {
        const event = entityOf(AuditEvent, item);
        return filter.eventType === undefined || event.eventType === filter.eventType ? event : undefined;
      },
    );
  },
});
