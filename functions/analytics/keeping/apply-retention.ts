import type { Deps } from '../deps.ts';
import { rawDayOf, rawPrefixOf } from '../domain/raw-readings.ts';
import { prefixOf } from '../domain/report.ts';
import { firstKeptDay, reportsKeptSince, type Retention } from '../domain/retention.ts';

type Needed = Pick<Deps, 'retention' | 'outdated' | 'reports' | 'reportFiles' | 'rawFiles' | 'now'>;

/** Workspaces that one call processes, and ms after which it stops: the function times out after 29 seconds. */
const workspacesAtATime = 10;
const partMs = 10_000;

/**
 * Deletes data past its retention for workspaces that have set one; for others, all of it expires on its own.
 * @param after the workspace to continue after (exclusive); empty: from the first
 * @returns where to continue; null when all are done
 */
export const applyRetention = async (deps: Needed, after: string): Promise<string | null> => {
  const start = deps.now().getTime();
  const isOver = () => deps.now().getTime() - start > partMs;
  const some = await deps.retention.next(after, workspacesAtATime);
  let done = after;
  for (const retention of some) {
    // The next call continues with a workspace that is not done.
    if (!(await deleteOutdated(deps, retention, isOver))) return done;
    done = retention.workspaceId;
  }
  return some.length < workspacesAtATime ? null : done;
};

/** Deletes outdated data of a workspace. Returns whether none is left. */
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
  // Report items expire on their own, and leave their files behind.
  await deps.reportFiles.eraseWhere(`${workspaceId}/`, ({ writtenAt }) => writtenAt < since);
  const first = firstKeptDay(retention, now);
  await deps.rawFiles.eraseWhere(rawPrefixOf(workspaceId), ({ key }) => rawDayOf(key) < first);
  return true;
};
