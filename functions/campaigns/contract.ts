import * as applying from './applying/contract.ts';
import * as automations from './automations/contract.ts';
import * as brief from './brief/contract.ts';
import * as budget from './budget/contract.ts';
import * as cloning from './cloning/contract.ts';
import * as experiments from './experiments/contract.ts';
import * as explaining from './explaining/contract.ts';
import { health } from './health.ts';
import * as launch from './launch/contract.ts';
import * as lifecycle from './lifecycle/contract.ts';
import * as planning from './planning/contract.ts';
import * as rehearsal from './rehearsal/contract.ts';
import * as resuming from './resuming/contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...planning.operations,
  ...brief.operations,
  ...rehearsal.operations,
  ...experiments.operations,
  ...cloning.operations,
  ...launch.operations,
  ...lifecycle.operations,
  ...budget.operations,
  ...resuming.operations,
  ...applying.operations,
  ...explaining.operations,
  ...automations.operations,
  health.health,
  health.ready,
] as const;
