import { entityOf } from '#shared/entities.ts';
import type { ExportSection } from '#shared/privacy/export-person.ts';
import { Report } from '../domain/report.ts';
import { SavedReport } from '../domain/saved-report.ts';

/** The reports that the person asked for, and those that they saved. */
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
  {
    kind: 'saved_report',
    partition: (workspaceId) => workspaceId,
    prefix: 'SAVED_REPORT#',
    shareOf: (item, personId) => {
      const { id: savedReportId, createdBy, recipients, definition, schedule, createdAt } = entityOf(SavedReport, item);
      const isTheirs = createdBy.id === personId;
      const saved = { savedReportId, title: definition.title, isRecipient: recipients.includes(personId) };
      return isTheirs || saved.isRecipient ? { ...saved, isTheirs, schedule, createdAt } : undefined;
    },
  },
];
