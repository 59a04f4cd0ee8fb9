import { randomBytes } from 'node:crypto';
import { dailyLimits } from '#shared/daily-limits.ts';
import { lazy } from '#shared/lazy.ts';
import { observe } from '#shared/observability.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { fontFilesIn } from './domain/font-files.ts';
import type { Environment } from './environment.ts';
import { alertStore } from './store/alerts.ts';
import { deferredReadingStore } from './store/deferred-readings.ts';
import { insightSubjectStore } from './store/insight-subjects.ts';
import { keptInsightStore } from './store/kept-insights.ts';
import { knownAccountStore } from './store/known-accounts.ts';
import { knownCampaignStore } from './store/known-campaigns.ts';
import { outcomeStore } from './store/outcomes.ts';
import { outdatedStore } from './store/outdated.ts';
import { postingRulesStore } from './store/posting-rules.ts';
import { readingStore } from './store/readings.ts';
import { reportStore } from './store/reports.ts';
import { retentionStore } from './store/retentions.ts';
import { rollUpStore } from './store/roll-ups.ts';
import { savedReportStore } from './store/saved-reports.ts';
import { sweepStore } from './store/sweeps.ts';
import { trackedPostStore } from './store/tracked-posts.ts';

/** The dependencies of this context, on AWS. */
export const openDeps = (table: Table, env: Pick<Environment, 'REPORT_BUCKET' | 'RAW_BUCKET'>): Deps => ({
  posts: trackedPostStore(table),
  readings: readingStore(table),
  deferred: deferredReadingStore(table),
  sweeps: sweepStore(table),
  closings: sweepStore(table, 'CLOSING'),
  outcomes: outcomeStore(table),
  rollUps: rollUpStore(table),
  campaigns: knownCampaignStore(table),
  accounts: knownAccountStore(table),
  retention: retentionStore(table),
  outdated: outdatedStore(table),
  reports: reportStore(table),
  savedReports: savedReportStore(table),
  reportFiles: lazy(async () => (await import('./ports/file-bucket.ts')).fileBucket(env.REPORT_BUCKET, table.now)),
  rawFiles: lazy(async () => (await import('./ports/file-bucket.ts')).fileBucket(env.RAW_BUCKET, table.now)),
  // They lie beside the function's code (infra/build).
  fonts: fontFilesIn(new URL('./', import.meta.url)),
  dailyLimits: dailyLimits(table),
  subjects: insightSubjectStore(table),
  insights: keptInsightStore(table),
  postingRules: postingRulesStore(table),
  alerts: alertStore(table),
  log: observe('analytics').logger,
  randomBytes,
  now: table.now,
});
