import type { Author } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { firstKeptDay, reportsKeptSince, type Retention, type RetentionDays } from '../domain/retention.ts';

type Needed = Pick<Deps, 'retention' | 'outdated' | 'reports' | 'now'>;

/**
 * Sets the retention of a workspace.
 * @param before the current retention; undefined: never set
 * @throws DomainError `retention_deletes_data` if it would delete data without confirmation, `changed_meanwhile`
 */
export const setRetention = async (
  deps: Needed,
  workspaceId: string,
  { deletesData, ...wanted }: RetentionDays & { deletesData: boolean },
  before: Retention | undefined,
  author: Author,
): Promise<Retention> => {
  const deleted = deletesData ? [] : await outdatedBy(deps, workspaceId, wanted);
  if (deleted.length > 0) {
    const said = `This would delete ${deleted.join(' and ')}. Send \`deletesData: true\` to delete them.`;
    throw new DomainError('conflict', 'retention_deletes_data', said);
  }
  return before
    ? deps.retention.save({ ...before, ...wanted }, author)
    : deps.retention.create({ workspaceId, ...wanted }, author);
};

/** Describes the data that a retention would delete. */
const outdatedBy = async (
  { outdated, reports, now }: Needed,
  workspaceId: string,
  wanted: RetentionDays,
): Promise<string[]> => {
  const [first, kept] = [await outdated.firstDay(workspaceId), firstKeptDay(wanted, now())];
  const older = await reports.madeBefore(workspaceId, reportsKeptSince(wanted, now()));
  const made = older.filter(({ deletedAt }) => deletedAt === null).length;
  return [
    ...(first !== undefined && first < kept
      ? [`the metrics of posts published on or after ${first} and before ${kept} (UTC)`]
      : []),
    ...(made > 0 ? [made === 1 ? 'one report' : `${made} reports`] : []),
  ];
};
