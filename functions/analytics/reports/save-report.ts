import type * as z from 'zod';
import { assertVersion } from '#shared/http/etag.ts';
import type { Caller } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { firstRunAfter } from '#shared/recurrence/next-run.ts';
import type { Deps } from '../deps.ts';
import { reportScheduleUse, type SavedReport } from '../domain/saved-report.ts';
import { checkedDefinition } from './request-report.ts';
import type { createSavedReport } from './saved-contract.ts';

type Asked = z.infer<typeof createSavedReport.request.body>;

/** Checks what was requested, and adds the time of the first report. */
const checked = ({ definition: asked, schedule, recipients }: Asked, now: Date, caller: Caller) => {
  const { definition } = checkedDefinition(asked, now, caller, 'body.definition');
  const nextAt = schedule && firstRunAfter(schedule, definition.timeZone, now, reportScheduleUse);
  return { definition, schedule, recipients, nextAt };
};

/**
 * Saves a definition.
 * @throws DomainError as `checkedDefinition` does, `invalid_schedule`, `too_many_saved_reports`,
 *   `too_many_own_saved_reports`
 */
export const saveReport = async (
  { savedReports, now }: Pick<Deps, 'savedReports' | 'now'>,
  asked: Asked,
  caller: Caller,
): Promise<SavedReport> => {
  const at = now();
  const made = { id: newId('svr', at), workspaceId: caller.workspaceId, createdBy: caller.actor, deletedAt: null };
  return savedReports.create({ ...made, ...checked(asked, at, caller) }, caller);
};

/**
 * Replaces a definition.
 * @throws DomainError as `checkedDefinition` does, `invalid_schedule`, `precondition_failed`, `changed_meanwhile`
 */
export const replaceReport = async (
  { savedReports, now }: Pick<Deps, 'savedReports' | 'now'>,
  saved: SavedReport,
  asked: Asked,
  ifMatch: number | undefined,
  caller: Caller,
): Promise<SavedReport> => {
  assertVersion(saved, ifMatch);
  return savedReports.save({ ...saved, ...checked(asked, now(), caller) }, caller);
};
