import { entityOf } from '#shared/entities.ts';
import type { ExportSection } from '#shared/privacy/export-person.ts';
import { Report } from '../domain/report.ts';

/** The reports that the person asked for. */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'report',
    partition: (workspaceId) => workspaceId,
    prefix: 'REPORT#',
    shareOf: (item, personId) => {
      const { id: reportId, createdBy, definition, period, status, createdAt } = entityOf(Report, item);
      return createdBy.id === personId ? { reportId, title: definition.title, period, status, createdAt } : undefined;
    },
  },
];
