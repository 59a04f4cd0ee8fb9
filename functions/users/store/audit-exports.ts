import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Key, Table } from '#shared/table.ts';
import { AuditExport } from '../domain/audit-export.ts';

export interface AuditExportStore {
  /** @throws DomainError `export_not_found` */
  get(workspaceId: string, exportId: string): Promise<AuditExport>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(auditExport: AuditExport, author: Author): Promise<AuditExport>;
}

const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `AUDIT_EXPORT#${id}` });

export const auditExportStore = (table: Table): AuditExportStore => ({
  async get(workspaceId, exportId) {
    const item = await table.get(keyOf(workspaceId, exportId));
    if (!item) throw notFound('export', 'There is no such export.');
    return entityOf(AuditExport, item);
  },
  save: entityWriter(table, (auditExport) => ({
    ...auditExport,
    ...keyOf(auditExport.workspaceId, auditExport.id),
    type: 'audit_export',
  })),
});
