import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { derivedId } from '#shared/ids.ts';
import { nextRunAfter } from '#shared/recurrence/next-run.ts';
import type { Deps } from '../deps.ts';
import { reportScheduleUse, type SavedReport } from '../domain/saved-report.ts';
import { daysMeant } from './report-period.ts';
import { newReport } from './request-report.ts';

type Needed = Pick<Deps, 'savedReports' | 'reports' | 'retention' | 'now'>;

/** Reports that one step requests, in a second or two. */
const reportsAtATime = 25;

/** Requests the saved reports that are due, of all workspaces. A repeated step requests each only once. */
export const requestDueReports = async (deps: Needed, author: Author): Promise<{ isMore: boolean }> => {
  const due = await deps.savedReports.due(deps.now(), reportsAtATime);
  for (const saved of due) await requestDue(deps, saved, author);
  return { isMore: due.length === reportsAtATime };
};

/** Requests one report even if an outage missed several times; its period is relative to now. */
const requestDue = async (
  { savedReports, reports, retention, now }: Needed,
  saved: SavedReport,
  author: Author,
): Promise<void> => {
  const { id: savedReportId, workspaceId, definition, schedule, recipients, nextAt, createdBy, deletedAt } = saved;
  if (schedule === null || nextAt === null || deletedAt !== null) return;
  const at = now();
  const period = daysMeant(definition.period, definition.timeZone, at);
  // The same for the same due time: a repeated step writes no second report.
  const id = derivedId('rpt', nextAt, `${savedReportId}#${nextAt}`);
  const wanted = { id, workspaceId, definition, period, createdBy, savedReportId, recipients };
  await unlessOvertaken(reports.save(newReport(wanted, await retention.of(workspaceId), at, author), author));
  await savedReports.save(
    { ...saved, nextAt: nextRunAfter(schedule, definition.timeZone, at, reportScheduleUse) },
    author,
  );
};
