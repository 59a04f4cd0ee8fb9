import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { derivedId } from '#shared/ids.ts';
import { nextRunAfter } from '#shared/recurrence/next-run.ts';
import type { Deps } from '../deps.ts';
import { reportScheduleUse, type SavedReport } from '../domain/saved-report.ts';
import { daysMeant } from './report-period.ts';
import { newReport } from './request-report.ts';

type Needed = Pick<Deps, 'savedReports' | 'reports' | 'retention' | 'now'>;

/** What one step asks for: a second of work or two. */
const reportsAtATime = 25;

/** Asks for the saved reports that are due, of all workspaces. A step can be repeated: it asks for each once. */
export const requestDueReports = async (deps: Needed, author: Author): Promise<{ isMore: boolean }> => {
  const due = await deps.savedReports.due(deps.now(), reportsAtATime);
  for (const saved of due) await requestDue(deps, saved, author);
  return { isMore: due.length === reportsAtATime };
};

/** Times that an outage has missed are made up for by one report, of the last days that it means. */
const requestDue = async (
  { savedReports, reports, retention, now }: Needed,
  saved: SavedReport,
  author: Author,
): Promise<void> => {
  const { id: savedReportId, workspaceId, definition, schedule, recipients, nextAt, createdBy, deletedAt } = saved;
  if (schedule === null || nextAt === null || deletedAt !== null) return;
  const at = now();
  const period = daysMeant(definition.period, definition.timeZone, at);
  // The same for the same time: a repeated step writes no second one.
  const id = derivedId('rpt', nextAt, `${savedReportId}#${nextAt}`);
  const wanted = { id, workspaceId, definition, period, createdBy, savedReportId, recipients };
  await unlessOvertaken(reports.save(newReport(wanted, await retention.of(workspaceId), at, author), author));
  await savedReports.save(
    { ...saved, nextAt: nextRunAfter(schedule, definition.timeZone, at, reportScheduleUse) },
    author,
  );
};
