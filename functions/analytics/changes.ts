import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/analytics.ts';
import { Actor } from '#shared/actor.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { Item } from '#shared/table.ts';
import { Alert } from './domain/alert.ts';
import { goalOf, type KeptInsight, newFindingsIn, subjectIdOf } from './domain/kept-insight.ts';
import { PostingRules } from './domain/posting-rules.ts';
import { Report } from './domain/report.ts';
import { Retention } from './domain/retention.ts';
import { savedFields, SavedReport } from './domain/saved-report.ts';
import { insightOf } from './store/kept-insights.ts';
import { batchOf } from './store/readings.ts';

/** Events for the other contexts when this context's table is written. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  if (after?.type === 'readings') return before ? [] : readingEvents(after);
  if (after?.type === 'insight') return insightEvents(before && insightOf(before), insightOf(after));
  if (after?.type === 'alert') return alertEvents(before && entityOf(Alert, before), entityOf(Alert, after));
  if (after?.type === 'report') return reportEvents(before && entityOf(Report, before), entityOf(Report, after));
  if (after?.type === 'saved_report') {
    return savedReportEvents(before && entityOf(SavedReport, before), entityOf(SavedReport, after));
  }
  if (after?.type === 'posting_rules') {
    return postingRulesEvents(before && entityOf(PostingRules, before), entityOf(PostingRules, after));
  }
  if (after?.type === 'retention') {
    return retentionEvents(before && entityOf(Retention, before), entityOf(Retention, after));
  }
  return [];
};

/** A batch of readings is written once, and tells of each post whose counters moved. */
const readingEvents = (after: Item): DomainEvent[] => {
  const { workspaceId, accountId, measuredAt, readings } = batchOf(after);
  const entity = {
    workspaceId,
    // Readings of a post only grow younger: their time is the version that events are ordered by.
    version: secondsOf(measuredAt),
    createdAt: measuredAt,
    updatedAt: measuredAt,
    changedBy: Actor.parse(after.changedBy),
    correlationId: String(after.correlationId),
  };
  return readings.flatMap(({ postId, campaignId, metrics, isTold, chain }) =>
    isTold && metrics
      ? [tell(events.PostMetricsUpdated, { ...entity, chain }, postId, { accountId, campaignId, measuredAt, metrics })]
      : [],
  );
};

/** Findings that were not there before, and goals whose state has changed. */
const insightEvents = (before: KeptInsight | undefined, after: KeptInsight): DomainEvent[] => {
  const id = subjectIdOf(after.subject);
  // Several kinds are told of one account: the time orders them all.
  const entity = { ...after, version: secondsOf(after.updatedAt) };
  if (after.kind === 'goal') return goalEvents(before, after, { entity, id });
  const { kind } = after;
  return newFindingsIn(before?.seen, after.answer).map(({ statement, validUntil }) =>
    tell(events.InsightFound, entity, id, { kind, statement, validUntil }),
  );
};

const goalEvents = (
  before: KeptInsight | undefined,
  after: KeptInsight,
  { entity, id }: { entity: KeptInsight; id: string },
): DomainEvent[] => {
  const [was, goal] = [before && goalOf(before)?.details, goalOf(after)];
  if (!goal) return [];
  const { metric, target, progress, status } = goal.details;
  // Another target is another goal.
  if (status === 'on_track' || (was?.status === status && was.target === target)) return [];
  const data = { metric, target, progress, statement: goal.statement };
  return [
    status === 'reached'
      ? tell(events.GoalReached, entity, id, data)
      : tell(events.GoalAtRisk, entity, id, { ...data, status }),
  ];
};

/** One that was raised again; that its cause ended is not told. */
const alertEvents = (before: Alert | undefined, alert: Alert): DomainEvent[] => {
  const { key, personId, kind, accountId, campaignId, campaignName, statement, raisedAt } = alert;
  return before?.raisedAt === raisedAt
    ? []
    : [tell(events.AlertRaised, alert, key, { personId, kind, accountId, campaignId, campaignName, statement })];
};

const reportEvents = (before: Report | undefined, report: Report): DomainEvent[] => {
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
        }),
      ];
    case 'failed':
      return [tell(events.ReportFailed, report, id, {})];
  }
};

const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** Links that are new, and those that were ended before their time. */
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

/** What people do with it: that its next time moves on is no news. */
const savedReportEvents = (before: SavedReport | undefined, saved: SavedReport): DomainEvent[] => {
  const data = { isScheduled: saved.schedule !== null, recipients: saved.recipients.length };
  if (saved.deletedAt !== null) return [tell(events.SavedReportDeleted, saved, saved.id, data)];
  if (!before) return [tell(events.SavedReportCreated, saved, saved.id, data)];
  return decided.some((field) => !isDeepStrictEqual(before[field], saved[field]))
    ? [tell(events.SavedReportChanged, saved, saved.id, data)]
    : [];
};

const postingRulesEvents = (before: PostingRules | undefined, after: PostingRules): DomainEvent[] => {
  const { accountId, timeZone, rules } = after;
  if (before?.timeZone === timeZone && isDeepStrictEqual(before.rules, rules)) return [];
  return [tell(events.PostingRulesChanged, after, accountId, { timeZone, rules: rules.length })];
};

const retentionEvents = (before: Retention | undefined, retention: Retention): DomainEvent[] => {
  const daysOf = ({ metricsDays, reportsDays }: Retention) => ({ metricsDays, reportsDays });
  const previous = before ? daysOf(before) : null;
  if (isDeepStrictEqual(previous, daysOf(retention))) return [];
  return [tell(events.RetentionChanged, retention, retention.workspaceId, { ...daysOf(retention), previous })];
};
