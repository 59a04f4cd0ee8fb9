import type { RetryPolicy } from '#shared/events/reference.ts';
import type { Clock } from '#shared/time.ts';
import type { CampaignStore } from './store/campaigns.ts';
import type { KnownPostStore } from './store/known-posts.ts';
import type { SlotStore } from './store/slots.ts';

/** What this context needs from the world. */
export interface Deps {
  campaigns: CampaignStore;
  slots: SlotStore;
  posts: KnownPostStore;
  now: Clock;
  /** How long a post that is unknown yet is waited for. */
  patience: RetryPolicy;
}
