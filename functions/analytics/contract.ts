import * as alerts from './alerts/contract.ts';
import { health } from './health.ts';
import * as insights from './insights/contract.ts';
import * as metrics from './metrics/contract.ts';
import * as performance from './performance/contract.ts';
import * as reports from './reports/contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { keptDays } from './domain/report.ts';
export { fontSources } from './domain/font-files.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...metrics.operations,
  ...performance.operations,
  ...reports.operations,
  ...insights.operations,
  ...alerts.operations,
  health.health,
  health.ready,
] as const;
