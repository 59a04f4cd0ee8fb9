import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Report } from '../domain/report.ts';
import { savedFields, SavedReport } from '../domain/saved-report.ts';

/** Returns the events for a write of a report. */
export const reportEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofReport(before && entityOf(Report, before), entityOf(Report, after));

/** Returns the events for a write of a saved report. */
export const savedReportEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofSaved(before && entityOf(SavedReport, before), entityOf(SavedReport, after));

const ofReport = (before: Report | undefined, report: Report): DomainEvent[] => {
  const { id, status, definition, files, expiresAt, recipients, deletedAt } = report;
  const { showsUsage } = definition;
  if (deletedAt !== null) return before?.deletedAt === null ? [tell(events.ReportDeleted, report, id, {})] : [];
  if (before?.status === status) return shareEvents(before, report);
  switch (status) {
    case 'requested':
      return [tell(events.ReportRequested, report, id, { showsUsage })];
    case 'ready':
      return [
        tell(events.ReportReady, report, id, {
          formats: files.map(({ format }) => format),
          expiresAt,
          showsUsage,
          recipients,
          title: definition.title,
        }),
      ];
    case 'failed':
      return [tell(events.ReportFailed, report, id, {})];
  }
};

/** Returns the events for new links, and for links revoked before they expired. */
const shareEvents = (before: Report, report: Report): DomainEvent[] => {
  const isIn = (shares: Report['shares'], { id }: { id: string }) => shares.some((each) => each.id === id);
  const { showsUsage } = report.definition;
  const made = report.shares.filter((share) => !isIn(before.shares, share));
  const gone = before.shares.filter((share) => share.expiresAt > report.updatedAt && !isIn(report.shares, share));
  return [
    ...made.map(({ id: shareId, expiresAt }) =>
      tell(events.ReportShared, report, report.id, { shareId, expiresAt, showsUsage }),
    ),
    ...gone.map(({ id: shareId }) => tell(events.ReportShareRevoked, report, report.id, { shareId })),
  ];
};

const decided = Object.keys(savedFields) as (keyof typeof savedFields)[];

/** Only what people change is published, not that the next time moves on. */
const ofSaved = (before: SavedReport | undefined, saved: SavedReport): DomainEvent[] => {
  const data = { isScheduled: saved.schedule !== null, recipients: saved.recipients.length };
  if (saved.deletedAt !== null) return [tell(events.SavedReportDeleted, saved, saved.id, data)];
  if (!before) return [tell(events.SavedReportCreated, saved, saved.id, data)];
  return decided.some((field) => !isDeepStrictEqual(before[field], saved[field]))
    ? [tell(events.SavedReportChanged, saved, saved.id, data)]
    : [];
};
