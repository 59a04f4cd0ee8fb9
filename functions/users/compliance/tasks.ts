import * as z from 'zod';
import { ComplianceReportId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { Progress } from '../domain/compliance-report.ts';
import { tasks as names } from '../task-names.ts';
import { giveUpComplianceReport, reportCompliance } from './reporting.ts';

/** Tasks of compliance reports. */
export const complianceTasks = (deps: Deps): Task[] => [
  task(
    names.reportCompliance,
    z.object({ workspaceId: WorkspaceId, reportId: ComplianceReportId, progress: Progress.nullable() }),
    async (input, origin) => reportCompliance(deps, input, origin),
  ),
  task(
    names.giveUpComplianceReport,
    z.object({ workspaceId: WorkspaceId, reportId: ComplianceReportId }),
    async (input, origin) => giveUpComplianceReport(deps, input, origin),
  ),
];
