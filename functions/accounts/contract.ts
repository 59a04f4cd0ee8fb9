import * as accountHealth from './account-health/contract.ts';
import * as activity from './activity/contract.ts';
import * as connections from './connections/contract.ts';
import { health } from './health.ts';
import * as usage from './usage/contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

/** After this time an unanswered call can no longer reach X; nobody retries it sooner. */
export { settleSecondsOf } from './domain/pace.ts';

export const operations = [
  ...connections.operations,
  ...accountHealth.operations,
  ...usage.operations,
  ...activity.operations,
  health.health,
  health.ready,
] as const;
