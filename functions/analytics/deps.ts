import type { Logger } from '@aws-lambda-powertools/logger';
import type { DailyLimits } from '#shared/daily-limits.ts';
import type { Clock } from '#shared/time.ts';
import type { FontFiles } from './domain/font-files.ts';
import type { RawFiles } from './ports/raw-files.ts';
import type { ReportFiles } from './ports/report-files.ts';
import type { AlertStore } from './store/alerts.ts';
import type { DailySubjectStore } from './store/daily-subjects.ts';
import type { DeferredReadingStore } from './store/deferred-readings.ts';
import type { KeptInsightStore } from './store/kept-insights.ts';
import type { KnownAccountStore } from './store/known-accounts.ts';
import type { KnownCampaignStore } from './store/known-campaigns.ts';
import type { OutcomeStore } from './store/outcomes.ts';
import type { OutdatedStore } from './store/outdated.ts';
import type { PostingRulesStore } from './store/posting-rules.ts';
import type { ReadingStore } from './store/readings.ts';
import type { ReportStore } from './store/reports.ts';
import type { RetentionStore } from './store/retentions.ts';
import type { RollUpStore } from './store/roll-ups.ts';
import type { SavedReportStore } from './store/saved-reports.ts';
import type { SweepStore } from './store/sweeps.ts';
import type { TrackedPostStore } from './store/tracked-posts.ts';

/** The dependencies of this context. */
export interface Deps {
  posts: TrackedPostStore;
  readings: ReadingStore;
  deferred: DeferredReadingStore;
  sweeps: SweepStore;
  /** Progress of packing days whose readings are final. */
  closings: SweepStore;
  outcomes: OutcomeStore;
  rollUps: RollUpStore;
  campaigns: KnownCampaignStore;
  accounts: KnownAccountStore;
  retention: RetentionStore;
  outdated: OutdatedStore;
  reports: ReportStore;
  savedReports: SavedReportStore;
  reportFiles: ReportFiles;
  rawFiles: RawFiles;
  /** Fonts for PDF reports. */
  fonts: FontFiles;
  dailyLimits: DailyLimits;
  subjects: DailySubjectStore;
  insights: KeptInsightStore;
  postingRules: PostingRulesStore;
  alerts: AlertStore;
  log: Pick<Logger, 'error'>;
  /** Returns random bytes, for secrets. */
  randomBytes: (count: number) => Buffer;
  now: Clock;
}
