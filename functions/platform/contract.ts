import { health } from './health.ts';
import * as hooks from './hooks/contract.ts';
import * as overview from './overview/contract.ts';
import * as webhooks from './webhooks/contract.ts';
import * as deliveries from './webhooks/delivery-contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { deliveriesHear, listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...overview.operations,
  ...webhooks.operations,
  ...deliveries.operations,
  ...hooks.operations,
  health.health,
  health.ready,
] as const;
