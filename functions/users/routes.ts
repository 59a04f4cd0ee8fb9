import type { Table } from '../../shared/dynamo.ts';
import { healthRoutes, reachTable } from '../../shared/http/health.ts';
import type { Route } from '../../shared/http/route.ts';
import { health } from './contract.ts';
import type { Deps } from './deps.ts';
import { auditRoutes } from './routes/audit.ts';
import { authRoutes } from './routes/auth.ts';
import { workspaceRoutes } from './routes/workspace.ts';

/** The HTTP operations of users. */
export const routes = (deps: Deps, table: Pick<Table, 'get'>): Route[] => [
  ...authRoutes(deps),
  ...workspaceRoutes(deps),
  ...auditRoutes(deps),
  ...healthRoutes(health, 'users', reachTable(table)),
];
