import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { ComplianceReport } from '../domain/compliance-report.ts';

/** Events of a write to a compliance report. */
export const complianceEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofReport(before && entityOf(ComplianceReport, before), entityOf(ComplianceReport, after));

const ofReport = (before: ComplianceReport | undefined, report: ComplianceReport): DomainEvent[] => {
  const { id, from, to, status, summary } = report;
  if (!before) return [tell(events.ComplianceReportRequested, report, id, { from, to })];
  if (status !== 'ready' || before.status === 'ready' || !summary) return [];
  return [tell(events.ComplianceReportReady, report, id, { verdict: summary.chain.verdict })];
};
