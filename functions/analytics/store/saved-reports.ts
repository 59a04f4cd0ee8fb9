import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { maxSavedReports, maxSavedReportsOfOne, SavedReport } from '../domain/saved-report.ts';
import { newestFirst } from './newest-first.ts';

/** Definitions that reports are made of again and again. */
export interface SavedReportStore {
  /** @throws DomainError `saved_report_not_found` */
  get(workspaceId: string, savedReportId: string): Promise<SavedReport>;
  /** @throws DomainError `too_many_saved_reports`, `too_many_own_saved_reports` */
  create(saved: New<SavedReport>, author: Author): Promise<SavedReport>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(saved: SavedReport, author: Author): Promise<SavedReport>;
  /** @throws DomainError `changed_meanwhile` */
  delete(saved: SavedReport, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<SavedReport>>;
  /** Those of all workspaces that are to be made by now, the longest due first. */
  due(now: Date, limit: number): Promise<SavedReport[]>;
}

const prefix = 'SAVED_REPORT#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });

/** What they are counted by. */
const counted = 'SAVED_REPORTS';

/** A deleted one is kept for a day, so that its deletion is told. */
const keptSeconds = daySeconds;

const savedItem = (saved: SavedReport): Item & Key => ({
  ...saved,
  ...keyOf(saved.workspaceId, saved.id),
  type: 'saved_report',
  ...(saved.deletedAt !== null && { ttl: timeToLive(new Date(saved.deletedAt), keptSeconds) }),
  ...(saved.deletedAt === null &&
    saved.nextAt !== null && { byDuePk: 'SAVED_REPORTS', byDueSk: `${saved.nextAt}#${saved.id}` }),
});

export const savedReportStore = (table: Table): SavedReportStore => ({
  async get(workspaceId, savedReportId) {
    const item = await table.get(keyOf(workspaceId, savedReportId));
    const saved = item && entityOf(SavedReport, item);
    if (!saved || saved.deletedAt !== null) throw notFound('saved report');
    return saved;
  },
  async create(saved, author) {
    const first = nextVersion(firstVersion(saved, table.now(), author), table.now(), author);
    const share = { by: author.actor.id, ...maxSavedReportsOfOne };
    const write = { put: savedItem(first), condition: isNew };
    await createWithin(table, saved.workspaceId, counted, { ...maxSavedReports, share }, write);
    return first;
  },
  save: entityWriter(table, savedItem),
  async delete(saved, author) {
    const deleted = nextVersion({ ...saved, deletedAt: table.now().toISOString() }, table.now(), author);
    const writes = [
      { put: savedItem(deleted), condition: stillAt(saved.version) },
      oneLess(saved.workspaceId, counted, saved.createdBy.id),
    ];
    if (!(await table.transact(writes))) throw lostUpdate();
  },
  list: newestFirst(table, prefix, SavedReport),
  async due(now, limit) {
    const items = await table.queryFirst(
      {
        IndexName: 'byDue',
        keysOnly: true,
        KeyConditionExpression: 'byDuePk = :saved AND byDueSk < :end',
        // `$` follows `#`: the end is after all that are due at this very instant.
        ExpressionAttributeValues: { ':saved': 'SAVED_REPORTS', ':end': `${now.toISOString()}$` },
      },
      limit,
    );
    return items.map((item) => entityOf(SavedReport, item));
  },
});
