import * as approval from './approval/contract.ts';
import * as calendar from './calendar/contract.ts';
import * as composing from './composing/contract.ts';
import { health } from './health.ts';
import * as media from './media/contract.ts';
import * as onX from './on-x/contract.ts';
import * as overrides from './overrides/contract.ts';
import * as queue from './queue/contract.ts';
import * as receipts from './receipts/contract.ts';
import * as rescheduling from './scheduling/bulk-contract.ts';
import * as scheduling from './scheduling/contract.ts';
import * as shortLinks from './short-links/contract.ts';
import * as stops from './stops/contract.ts';
import * as templates from './templates/contract.ts';
import * as transfer from './transfer/contract.ts';
import * as versions from './versions/contract.ts';
import * as writing from './writing/contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { pendingPrefix, uploadSeconds } from './domain/media.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [
  ...writing.operations,
  ...media.operations,
  ...scheduling.operations,
  ...approval.operations,
  ...queue.operations,
  ...rescheduling.operations,
  ...transfer.operations,
  ...calendar.operations,
  ...receipts.operations,
  ...versions.operations,
  ...templates.operations,
  ...onX.operations,
  ...composing.operations,
  ...overrides.operations,
  ...stops.operations,
  ...shortLinks.operations,
  health.health,
  health.ready,
] as const;
