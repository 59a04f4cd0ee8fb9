import { health } from './health.ts';
import * as metrics from './metrics/contract.ts';
import * as performance from './performance/contract.ts';
import * as reports from './reports/contract.ts';
import { savedOperations } from './reports/saved-contract.ts';
import { shareOperations } from './reports/share-contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { keptDays } from './domain/report.ts';
export { fontSources } from './domain/font-files.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...metrics.operations,
  ...performance.operations,
  ...reports.operations,
  ...savedOperations,
  ...shareOperations,
  health.health,
  health.ready,
] as const;
