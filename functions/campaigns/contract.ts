import * as editing from './editing/contract.ts';
import { health } from './health.ts';
import * as lifecycle from './lifecycle/contract.ts';

export { errorCodes } from './domain/error-codes.ts';
export { listensTo } from './events-heard.ts';
export { tasks } from './task-names.ts';

export const operations = [...editing.operations, ...lifecycle.operations, health.health, health.ready] as const;
