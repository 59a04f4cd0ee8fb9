import { randomBytes } from 'node:crypto';
import { dailyLimits } from '#shared/daily-limits.ts';
import { lazy } from '#shared/lazy.ts';
import type { Observability } from '#shared/observability.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { fontFilesIn } from './domain/font-files.ts';
import type { Environment } from './environment.ts';
import { readingStore } from './store/readings.ts';
import { trackedPostStore } from './store/tracked-posts.ts';

/** The dependencies of this context, on AWS. */
export const openDeps = (
  table: Table,
  env: Pick<Environment, 'REPORT_BUCKET' | 'RAW_BUCKET'>,
  { logger: log }: Pick<Observability, 'logger'>,
): Deps => ({
  posts: trackedPostStore(table),
  readings: readingStore(table),
  deferred: lazy(async () => (await import('./store/deferred-readings.ts')).deferredReadingStore(table)),
  sweeps: lazy(async () => (await import('./store/sweeps.ts')).sweepStore(table)),
  closings: lazy(async () => (await import('./store/sweeps.ts')).sweepStore(table, 'CLOSING')),
  outcomes: lazy(async () => (await import('./store/outcomes.ts')).outcomeStore(table)),
  rollUps: lazy(async () => (await import('./store/roll-ups.ts')).rollUpStore(table)),
  campaigns: lazy(async () => (await import('./store/known-campaigns.ts')).knownCampaignStore(table)),
  accounts: lazy(async () => (await import('./store/known-accounts.ts')).knownAccountStore(table)),
  retention: lazy(async () => (await import('./store/retentions.ts')).retentionStore(table)),
  outdated: lazy(async () => (await import('./store/outdated.ts')).outdatedStore(table)),
  reports: lazy(async () => (await import('./store/reports.ts')).reportStore(table)),
  savedReports: lazy(async () => (await import('./store/saved-reports.ts')).savedReportStore(table)),
  reportFiles: lazy(async () => (await import('./ports/file-bucket.ts')).fileBucket(env.REPORT_BUCKET, table.now)),
  rawFiles: lazy(async () => (await import('./ports/file-bucket.ts')).fileBucket(env.RAW_BUCKET, table.now)),
  // Stored beside the function's code (infra/build).
  fonts: fontFilesIn(new URL('./', import.meta.url)),
  dailyLimits: dailyLimits(table),
  subjects: lazy(async () => (await import('./store/daily-subjects.ts')).dailySubjectStore(table)),
  insights: lazy(async () => (await import('./store/kept-insights.ts')).keptInsightStore(table)),
  postingRules: lazy(async () => (await import('./store/posting-rules.ts')).postingRulesStore(table)),
  alerts: lazy(async () => (await import('./store/alerts.ts')).alertStore(table)),
  log,
  randomBytes,
  now: table.now,
});
