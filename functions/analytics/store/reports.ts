import type { Author } from '#shared/actor.ts';
import { newestFirst } from '#shared/deletable.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { Key, PageRequest, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Report } from '../domain/report.ts';

/** Reports, until they expire. */
export interface ReportStore {
  /** @throws DomainError `report_not_found`, also for one that was deleted */
  get(workspaceId: string, reportId: string): Promise<Report>;
  /** Like `get`, but includes deleted reports; undefined: none. */
  find(workspaceId: string, reportId: string): Promise<Report | undefined>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(report: Report, author: Author): Promise<Report>;
  /** Returns all reports, including deleted ones. */
  all(workspaceId: string): Promise<Report[]>;
  /** Returns all reports made before an instant, including deleted ones. */
  madeBefore(workspaceId: string, at: Date): Promise<Report[]>;
  /** Deletes a report past its retention, without an event. */
  remove(workspaceId: string, reportId: string): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Report>>;
}

const prefix = 'REPORT#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });

export const reportStore = (table: Table): ReportStore => {
  const find = async (workspaceId: string, reportId: string): Promise<Report | undefined> => {
    const item = await table.get(keyOf(workspaceId, reportId));
    return item && entityOf(Report, item);
  };
  const all = async (workspaceId: string): Promise<Report[]> => {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
    });
    return items.map((item) => entityOf(Report, item));
  };
  return {
    find,
    async get(workspaceId, reportId) {
      const report = await find(workspaceId, reportId);
      if (!report || report.deletedAt !== null) throw notFound('report');
      return report;
    },
    save: entityWriter(table, (report) => ({
      ...report,
      ...keyOf(report.workspaceId, report.id),
      type: 'report',
      ttl: timeToLive(new Date(report.expiresAt), 0),
    })),
    all,
    madeBefore: async (workspaceId, at) =>
      (await all(workspaceId)).filter(({ createdAt }) => createdAt < at.toISOString()),
    remove: (workspaceId, reportId) => table.delete(keyOf(workspaceId, reportId)),
    list: newestFirst(table, prefix, Report),
  };
};
