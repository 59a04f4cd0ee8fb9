import * as alerts from './alerts/contract.ts';
import { health } from './health.ts';
import * as insights from './insights/contract.ts';
import * as keeping from './keeping/contract.ts';
import * as metrics from './metrics/contract.ts';
import * as performance from './performance/contract.ts';
import * as reports from './reports/contract.ts';
import * as savedReports from './reports/saved-contract.ts';
import * as reportShares from './reports/share-contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { fontSources } from './domain/font-files.ts';
export { rawColumns, rawPartitions, rawPrefix } from './domain/raw-readings.ts';
export { finalAfterDays } from './domain/reading-ages.ts';
export { mostMetricsDays, mostReportsDays } from './domain/retention.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...metrics.operations,
  ...performance.operations,
  ...reports.operations,
  ...insights.operations,
  ...alerts.operations,
  ...keeping.operations,
  ...savedReports.operations,
  ...reportShares.operations,
  health.health,
  health.ready,
] as const;
