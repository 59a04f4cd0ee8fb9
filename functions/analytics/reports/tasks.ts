import * as z from 'zod';
import { ReportId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { Report } from '../domain/report.ts';
import { tasks as names } from '../task-names.ts';
import { giveUpReport, makeReport } from './make-report.ts';

const OnReport = z.object({ workspaceId: WorkspaceId, reportId: ReportId });

/** Making reports. */
export const reportTasks = (deps: Deps): Task[] => [
  task(
    names.makeReport,
    OnReport.extend({ workspaceName: z.string(), made: Report.shape.files }),
    async (step, origin) => makeReport(deps, step, origin),
  ),
  task(names.giveUpReport, OnReport, async (step, origin) => giveUpReport(deps, step, origin)),
];
