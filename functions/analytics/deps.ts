import type { Clock } from '#shared/time.ts';
import type { KnownCampaignStore } from './store/known-campaigns.ts';
import type { SnapshotStore } from './store/snapshots.ts';
import type { TrackedPostStore } from './store/tracked-posts.ts';

/** The dependencies of this context. */
export interface Deps {
  posts: TrackedPostStore;
  snapshots: SnapshotStore;
  campaigns: KnownCampaignStore;
  now: Clock;
}
