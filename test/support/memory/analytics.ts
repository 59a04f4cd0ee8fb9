import type { Deps } from '#functions/analytics/deps.ts';
import { knownCampaignStore } from '#functions/analytics/store/known-campaigns.ts';
import { snapshotStore } from '#functions/analytics/store/snapshots.ts';
import { trackedPostStore } from '#functions/analytics/store/tracked-posts.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** What analytics needs, with its own stores over a table in memory. */
export type MemoryAnalytics = Deps & MemoryTable;

export const memoryAnalytics = (now: Clock): MemoryAnalytics => {
  const memory = memoryTable(now);
  const { table } = memory;
  return {
    ...memory,
    now,
    posts: trackedPostStore(table),
    snapshots: snapshotStore(table),
    campaigns: knownCampaignStore(table),
  };
};
