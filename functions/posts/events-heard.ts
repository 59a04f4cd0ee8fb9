import {
  AccountCapabilitiesChanged,
  AccountConnected,
  AccountDisconnected,
  AccountHealthChanged,
  BudgetReplenished,
  PostTakenDown,
  UsageTallied,
} from '#events/accounts.ts';
import {
  CampaignCancelled,
  CampaignChanged,
  CampaignCreated,
  CampaignLaunched,
  CampaignSlotClaimed,
  CampaignSlotDropped,
  CampaignSlotPlanned,
} from '#events/campaigns.ts';
import { MediaDeleted, PostDeleted, PublishingResumed } from '#events/posts.ts';
import { standingEvents } from '#events/standing.ts';
import { PersonErased, WorkspaceDeleted, WorkspaceSettingsChanged } from '#events/users.ts';

/** Events that this context receives, including some of its own. */
export const listensTo = [
  AccountConnected,
  AccountCapabilitiesChanged,
  AccountDisconnected,
  CampaignSlotPlanned,
  CampaignCancelled,
  CampaignCreated,
  CampaignChanged,
  CampaignLaunched,
  CampaignSlotClaimed,
  CampaignSlotDropped,
  PostDeleted,
  MediaDeleted,
  PublishingResumed,
  WorkspaceSettingsChanged,
  WorkspaceDeleted,
  PersonErased,
  AccountHealthChanged,
  BudgetReplenished,
  PostTakenDown,
  UsageTallied,
  ...standingEvents,
] as const;
