import { health } from './contract/health.ts';
import * as approval from './contract/approval.ts';
import * as composing from './contract/composing.ts';
import * as media from './contract/media.ts';
import * as onX from './contract/on-x.ts';
import * as calendar from './contract/calendar.ts';
import * as queue from './contract/queue.ts';
import * as receipts from './contract/receipts.ts';
import * as rescheduling from './contract/rescheduling.ts';
import * as scheduling from './contract/scheduling.ts';
import * as templates from './contract/templates.ts';
import * as versions from './contract/versions.ts';
import * as transfer from './contract/transfer.ts';
import * as writing from './contract/writing.ts';

export { listensTo } from './contract/events-heard.ts';
export { tasks } from './contract/tasks.ts';
export { pendingPrefix, uploadSeconds } from './domain/media.ts';

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
  health.health,
  health.ready,
] as const;
