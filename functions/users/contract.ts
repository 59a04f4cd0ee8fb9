import { healthOperations } from '../../shared/http/health.ts';
import * as audit from './contract/audit.ts';
import * as auth from './contract/auth.ts';
import * as workspace from './contract/workspace.ts';

export { listensTo } from './contract/events-heard.ts';

export const health = healthOperations('users');

export const operations = [
  ...auth.operations,
  ...workspace.operations,
  ...audit.operations,
  health.health,
  health.ready,
] as const;
