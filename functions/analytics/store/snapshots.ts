import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { isNew, type Key, type Table } from '#shared/table.ts';
import type { Snapshot } from '../domain/metrics.ts';

export interface SnapshotStore {
  /** Keeps a snapshot; one of the same instant is kept already. */
  add(workspaceId: string, postId: string, snapshot: Snapshot): Promise<void>;
  /** The snapshots from `from` (inclusive) to `to` (exclusive), the oldest first. */
  list(workspaceId: string, postId: string, from: Date, to: Date): Promise<Snapshot[]>;
}

/** One item takes at most this many snapshots: a sweep per minute in the first hour, and 23 hourly ones, are fewer. */
const maxPerDay = 100;

const dayKey = (workspaceId: string, postId: string, instant: string): Key => ({
  pk: workspaceId,
  sk: `SNAPSHOTS#${postId}#${instant.slice(0, 10)}`,
});

/** Snapshots are packed, one item per post and UTC day: each is a field named by its instant. */
const SnapshotDay = z.object({ snapshots: z.record(z.string(), PostMetrics) });

export const snapshotStore = (table: Table): SnapshotStore => ({
  async add(workspaceId, postId, { measuredAt, metrics }) {
    const key = dayKey(workspaceId, postId, measuredAt);
    const intoDay = () =>
      table.update(key, {
        UpdateExpression: 'SET snapshots.#at = :metrics',
        ConditionExpression: 'attribute_exists(pk) AND size(snapshots) < :most',
        ExpressionAttributeNames: { '#at': measuredAt },
        ExpressionAttributeValues: { ':metrics': metrics, ':most': maxPerDay },
      });
    if (await intoDay()) return;
    const day = { ...key, type: 'snapshots', workspaceId, postId, snapshots: { [measuredAt]: metrics } };
    if (await table.put(day, isNew)) return;
    // Another sweep made the day's item meanwhile, or the day is full: the post's latest counters are still stored.
    await intoDay();
  },
  async list(workspaceId, postId, from, to) {
    const [first, last] = [from.toISOString(), to.toISOString()];
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':first': dayKey(workspaceId, postId, first).sk,
        ':last': dayKey(workspaceId, postId, last).sk,
      },
    });
    return items
      .flatMap((item) => Object.entries(entityOf(SnapshotDay, item).snapshots))
      .map(([measuredAt, metrics]) => ({ measuredAt, metrics }))
      .filter(({ measuredAt }) => measuredAt >= first && measuredAt < last)
      .sort((one, other) => (one.measuredAt < other.measuredAt ? -1 : 1));
  },
});
