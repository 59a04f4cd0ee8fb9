import type { Clock } from '#shared/time.ts';
import type { KnownCampaignStore, SnapshotStore, TrackedPostStore } from './store.ts';

/** What this context needs from the world. */
export interface Deps {
  posts: TrackedPostStore;
  snapshots: SnapshotStore;
  campaigns: KnownCampaignStore;
  now: Clock;
}
