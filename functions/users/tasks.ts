import * as z from 'zod';
import { AuditExportId, ComplianceReportId, PersonExportId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from './deps.ts';
import { Place } from './domain/audit-chain.ts';
import { Upload } from './domain/audit-export.ts';
import { Progress } from './domain/compliance-report.ts';
import { tasks as names } from './task-names.ts';

const ofPersonExport = { workspaceId: WorkspaceId, personId: PersonId, exportId: PersonExportId };
const Share = z.object({ workspaceId: WorkspaceId }).catchall(z.object({ parts: z.int().min(0) }));
const onPerson = { workspaceId: WorkspaceId, personId: PersonId };

/** The steps of workflows that this context carries out, each loaded when a workflow first asks for it. */
export const tasks = (deps: Deps): Task[] => [
  task(names.trails, z.object({ next: z.string().nullable() }), async ({ next }) =>
    (await import('./audit/checkpoint-trail.ts')).trailsToTend(deps, next),
  ),
  task(names.tendTrail, z.object({ workspaceId: WorkspaceId, place: Place.nullable() }), async (input, origin) =>
    (await import('./audit/checkpoint-trail.ts')).tendTrail(deps, input, origin),
  ),
  task(
    names.exportAudit,
    z.object({ workspaceId: WorkspaceId, exportId: AuditExportId, upload: Upload.nullable() }),
    async (input, origin) => (await import('./audit/export.ts')).exportAudit(deps, input, origin),
  ),
  task(names.giveUpExport, z.object({ workspaceId: WorkspaceId, exportId: AuditExportId }), async (input, origin) =>
    (await import('./audit/export.ts')).giveUpExport(deps, input, origin),
  ),
  task(
    names.reportCompliance,
    z.object({ workspaceId: WorkspaceId, reportId: ComplianceReportId, progress: Progress.nullable() }),
    async (input, origin) => (await import('./compliance/reporting.ts')).reportCompliance(deps, input, origin),
  ),
  task(
    names.giveUpComplianceReport,
    z.object({ workspaceId: WorkspaceId, reportId: ComplianceReportId }),
    async (input, origin) => (await import('./compliance/reporting.ts')).giveUpComplianceReport(deps, input, origin),
  ),
  task(names.beginPersonExport, z.object(ofPersonExport), async (input, origin) =>
    (await import('./privacy/export-archive.ts')).beginPersonExport(deps, input, origin),
  ),
  task(
    names.archivePerson,
    z.object({ ...ofPersonExport, shares: z.array(Share), upload: Upload.nullable() }),
    async (input, origin) => (await import('./privacy/export-archive.ts')).archivePerson(deps, input, origin),
  ),
  task(names.giveUpPersonExport, z.object(ofPersonExport), async (input, origin) =>
    (await import('./privacy/export-archive.ts')).giveUpPersonExport(deps, input, origin),
  ),
  task(names.dueWorkspaces, z.object({}), async () => (await import('./workspaces/delete.ts')).dueWorkspaces(deps)),
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }, origin) => ({
    outcome: await (await import('./workspaces/delete.ts')).eraseWorkspace(deps, workspaceId, origin),
  })),
  task(names.closeWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }, origin) => ({
    outcome: await (await import('./workspaces/delete.ts')).closeWorkspace(deps, workspaceId, origin),
  })),
  task(names.leaveWorkspaces, z.object(onPerson), async (whom, origin) =>
    (await import('./privacy/erase-person.ts')).leaveWorkspaces(deps, whom, origin),
  ),
  task(names.erasePerson, z.object({ ...onPerson, connections: z.int().min(0) }), async (whom, origin) =>
    (await import('./privacy/erase-person.ts')).erasePerson(deps, whom, origin),
  ),
];
