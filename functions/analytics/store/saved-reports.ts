import type { Author } from '#shared/actor.ts';
import { deletableStore } from '#shared/deletable.ts';
import { dueAt, dueBy } from '#shared/due.ts';
import { entityOf, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { PageRequest, Table } from '#shared/table.ts';
import { maxSavedReports, maxSavedReportsOfOne, SavedReport } from '../domain/saved-report.ts';

/** Definitions from which reports are made. */
export interface SavedReportStore {
  /** @throws DomainError `saved_report_not_found` */
  get(workspaceId: string, savedReportId: string): Promise<SavedReport>;
  /** @throws DomainError `too_many_saved_reports`, `too_many_own_saved_reports` */
  create(saved: New<SavedReport>, author: Author): Promise<SavedReport>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(saved: SavedReport, author: Author): Promise<SavedReport>;
  /** @throws DomainError `changed_meanwhile` */
  delete(saved: SavedReport, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<SavedReport>>;
  /** Returns those of all workspaces that are due, the longest due first. */
  due(now: Date, limit: number): Promise<SavedReport[]>;
}

export const savedReportStore = (table: Table): SavedReportStore => {
  const saved = deletableStore(table, {
    type: 'saved_report',
    schema: SavedReport,
    notFound: () => notFound('saved report'),
    bound: maxSavedReports,
    share: maxSavedReportsOfOne,
    indexed: ({ id, nextAt }) => (nextAt === null ? undefined : dueAt('SAVED_REPORTS', nextAt, id)),
  });
  return {
    ...saved,
    create: (report, author) => saved.create(firstVersion(report, table.now(), author), author),
    async due(now, limit) {
      const items = await dueBy(table, 'SAVED_REPORTS', now, limit);
      return items.map((item) => entityOf(SavedReport, item));
    },
  };
};
