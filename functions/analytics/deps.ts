import type { Clock } from '#shared/time.ts';
import type { KnownCampaignStore } from './store/known-campaigns.ts';
import type { SnapshotStore } from './store/snapshots.ts';
import type { TrackedPostStore } from './store/tracked-posts.ts';

/** What this context needs from the world. */
export interface Deps {
  posts: TrackedPostStore;
  snapshots: SnapshotStore;
  campaigns: KnownCampaignStore;
  now: Clock;
}
