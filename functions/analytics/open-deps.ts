import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { knownCampaignStore } from './store/known-campaigns.ts';
import { snapshotStore } from './store/snapshots.ts';
import { trackedPostStore } from './store/tracked-posts.ts';

/** The dependencies of this context, on AWS. */
export const openDeps = (table: Table): Deps => ({
  posts: trackedPostStore(table),
  snapshots: snapshotStore(table),
  campaigns: knownCampaignStore(table),
  now: table.now,
});
