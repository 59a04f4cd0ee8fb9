import { AccountConnected, AccountMetricsUpdated, PostTakenDown } from '#events/accounts.ts';
import { CampaignChanged, CampaignCreated, CampaignPlanned, CampaignSlotClaimed } from '#events/campaigns.ts';
import { PostFailed, PostHeld, PostMissed, PostPublished } from '#events/posts.ts';
import { standingEvents } from '#events/standing.ts';
import { PersonErased, ReportLinkMailed } from '#events/users.ts';

/** Events of other contexts that this context subscribes to. */
export const listensTo = [
  PostPublished,
  PostFailed,
  PostHeld,
  PostMissed,
  AccountConnected,
  AccountMetricsUpdated,
  PostTakenDown,
  CampaignCreated,
  CampaignChanged,
  CampaignPlanned,
  CampaignSlotClaimed,
  PersonErased,
  ReportLinkMailed,
  ...standingEvents,
] as const;
