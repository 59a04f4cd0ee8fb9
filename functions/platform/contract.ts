import * as feeds from './feeds/contract.ts';
import { health } from './health.ts';
import * as hooks from './incoming-hooks/contract.ts';
import * as status from './status/contract.ts';
import * as webhooks from './webhooks/contract.ts';
import * as deliveries from './webhooks/delivery-contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { deliveriesHear, listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...status.operations,
  ...webhooks.operations,
  ...deliveries.operations,
  ...hooks.operations,
  ...feeds.operations,
  health.health,
  health.ready,
] as const;
