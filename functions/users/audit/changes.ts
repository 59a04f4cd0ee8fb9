import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { AuditExport } from '../domain/audit-export.ts';

/** Events of a write to an audit export. */
export const auditExportEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofExport(before && entityOf(AuditExport, before), entityOf(AuditExport, after));

const ofExport = (before: AuditExport | undefined, wanted: AuditExport): DomainEvent[] => {
  const { id, from, to, format, events: count, requestedBy } = wanted;
  if (!before) return [tell(events.AuditExportRequested, wanted, id, { from, to, format })];
  const isReady = wanted.status === 'ready' && before.status !== 'ready';
  return isReady ? [tell(events.AuditExportReady, wanted, id, { events: count, requestedBy })] : [];
};
