import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { Key, PageRequest, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Gathered } from '../domain/compliance-entry.ts';
import { ComplianceReport } from '../domain/compliance-report.ts';

export interface ComplianceReportStore {
  /** @throws DomainError `compliance_report_not_found` */
  get(workspaceId: string, reportId: string): Promise<ComplianceReport>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(report: ComplianceReport, author: Author): Promise<ComplianceReport>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<ComplianceReport>>;
  /** Returns what was gathered so far for the topic with that index. */
  gathered(workspaceId: string, reportId: string, topic: number): Promise<Gathered | undefined>;
  keepGathered(workspaceId: string, reportId: string, topic: number, gathered: Gathered): Promise<void>;
}

const prefix = 'COMPLIANCE_REPORT#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `${prefix}${id}` });
const topicKey = (workspaceId: string, id: string, topic: number): Key => ({
  pk: `${workspaceId}#COMPLIANCE`,
  sk: `${id}#${topic}`,
});

/** Gathered data is useless once the report is written; a stalled workflow resumes within this time. */
const gatheredSeconds = 7 * daySeconds;

export const complianceReportStore = (table: Table): ComplianceReportStore => ({
  async get(workspaceId, reportId) {
    const item = await table.get(keyOf(workspaceId, reportId));
    if (!item) throw notFound('compliance report');
    return entityOf(ComplianceReport, item);
  },
  save: entityWriter(table, (report) => ({
    ...report,
    ...keyOf(report.workspaceId, report.id),
    type: 'compliance_report',
  })),
  list: (workspaceId, page) =>
    table.queryPage(
      {
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
        ScanIndexForward: false,
      },
      page,
      (item) => entityOf(ComplianceReport, item),
    ),
  async gathered(workspaceId, reportId, topic) {
    const item = await table.get(topicKey(workspaceId, reportId, topic));
    return item && entityOf(Gathered, item);
  },
  // Without a version, so that it is not published.
  async keepGathered(workspaceId, reportId, topic, gathered) {
    const ttl = timeToLive(table.now(), gatheredSeconds);
    await table.put({ ...gathered, ...topicKey(workspaceId, reportId, topic), type: 'compliance_topic', ttl });
  },
});
