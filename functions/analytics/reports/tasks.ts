import * as z from 'zod';
import { ReportId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { Report } from '../domain/report.ts';
import { tasks as names } from '../task-names.ts';
import { requestDueReports } from './due-reports.ts';
import { giveUpReport, makeReport } from './make-report.ts';
import { NamedWorkspace } from './report-data.ts';

const OnReport = z.object({ workspaceId: WorkspaceId, reportId: ReportId });

/** The steps of workflows that request and make reports. */
export const reportTasks = (deps: Deps): Task[] => [
  task(
    names.makeReport,
    OnReport.extend({ workspace: NamedWorkspace, made: Report.shape.files }),
    async (step, origin) => makeReport(deps, step, origin),
  ),
  task(names.requestDueReports, z.object({}), async (_, origin) => requestDueReports(deps, origin)),
  task(names.giveUpReport, OnReport, async (step, origin) => giveUpReport(deps, step, origin)),
];
