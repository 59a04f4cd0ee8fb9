import { AccountConnected, AccountMetricsUpdated } from '#events/accounts.ts';
import { CampaignChanged, CampaignCreated, CampaignSlotClaimed } from '#events/campaigns.ts';
import { PostFailed, PostHeld, PostMissed, PostPublished } from '#events/posts.ts';
import { standingEvents } from '#events/standing.ts';

/** Events of others that this context follows. */
export const listensTo = [
  PostPublished,
  PostFailed,
  PostHeld,
  PostMissed,
  CampaignCreated,
  CampaignChanged,
  CampaignSlotClaimed,
  AccountMetricsUpdated,
  AccountConnected,
  ...standingEvents,
] as const;
