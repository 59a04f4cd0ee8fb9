import * as z from 'zod';
import { AuditExportId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { ChainPosition } from '../domain/audit-chain.ts';
import { Upload } from '../ports/multipart.ts';
import { tasks as names } from '../task-names.ts';
import { checkpointTrail, trailsToCheckpoint } from './checkpoint-trail.ts';
import { exportAudit, giveUpExport } from './export.ts';

/** Tasks of audit trails. */
export const auditTasks = (deps: Deps): Task[] => [
  task(names.trails, z.object({ next: z.string().nullable() }), async ({ next }) => trailsToCheckpoint(deps, next)),
  task(
    names.checkpointTrail,
    z.object({ workspaceId: WorkspaceId, place: ChainPosition.nullable() }),
    async (input, origin) => checkpointTrail(deps, input, origin),
  ),
  task(
    names.exportAudit,
    z.object({ workspaceId: WorkspaceId, exportId: AuditExportId, upload: Upload.nullable() }),
    async (input, origin) => exportAudit(deps, input, origin),
  ),
  task(names.giveUpExport, z.object({ workspaceId: WorkspaceId, exportId: AuditExportId }), async (input, origin) =>
    giveUpExport(deps, input, origin),
  ),
];
