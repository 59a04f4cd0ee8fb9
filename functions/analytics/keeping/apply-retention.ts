import type { Deps } from '../deps.ts';
import { rawDayOf, rawPrefixOf } from '../domain/raw-readings.ts';
import { prefixOf } from '../domain/report.ts';
import { firstKeptDay, reportsKeptSince, type Retention } from '../domain/retention.ts';

type Needed = Pick<Deps, 'retention' | 'outdated' | 'reports' | 'reportFiles' | 'rawFiles' | 'now'>;

/** Workspaces that one call looks at, and ms after which it stops: the function runs for 29 seconds. */
const workspacesAtATime = 10;
const partMs = 10_000;

/**
 * Deletes what workspaces keep no more, of those that have decided it: of the others all ends by itself.
 * @param after the workspace to go on from (exclusive); the empty text: from the first
 * @returns where to go on; null when all are done
 */
export const applyRetention = async (deps: Needed, after: string): Promise<string | null> => {
  const start = deps.now().getTime();
  const isOver = () => deps.now().getTime() - start > partMs;
  const some = await deps.retention.next(after, workspacesAtATime);
  let done = after;
  for (const retention of some) {
    // One that is not done yet is gone on with by the next call.
    if (!(await deleteOutdated(deps, retention, isOver))) return done;
    done = retention.workspaceId;
  }
  return some.length < workspacesAtATime ? null : done;
};

/** Whether nothing is left of a workspace that is outdated. */
const deleteOutdated = async (deps: Needed, retention: Retention, isOver: () => boolean): Promise<boolean> => {
  const { workspaceId } = retention;
  const now = deps.now();
  while ((await deps.outdated.deleteSome(workspaceId, firstKeptDay(retention, now))) > 0) {
    if (isOver()) return false;
  }
  const since = reportsKeptSince(retention, now);
  for (const report of await deps.reports.madeBefore(workspaceId, since)) {
    await deps.reportFiles.eraseSome(prefixOf(report));
    await deps.reports.remove(workspaceId, report.id);
    if (isOver()) return false;
  }
  // Items of reports end by themselves, and leave files behind.
  await deps.reportFiles.eraseWhere(`${workspaceId}/`, ({ writtenAt }) => writtenAt < since);
  const first = firstKeptDay(retention, now);
  await deps.rawFiles.eraseWhere(rawPrefixOf(workspaceId), ({ key }) => rawDayOf(key) < first);
  return true;
};
