import {
  AccountCapabilitiesChanged,
  AccountConnected,
  AccountDisconnected,
  AccountHealthChanged,
  BudgetReplenished,
  UsageTallied,
} from '../../../events/accounts.ts';
import { CampaignCancelled, CampaignChanged, CampaignCreated, CampaignSlotPlanned } from '../../../events/campaigns.ts';
import { PostDeleted } from '../../../events/posts.ts';
import { WorkspaceDeleted, WorkspaceSettingsChanged } from '../../../events/users.ts';
import { standingEvents } from '../../../events/standing.ts';

/** Events of others that this context follows. */
export const listensTo = [
  AccountConnected,
  AccountCapabilitiesChanged,
  AccountDisconnected,
  CampaignSlotPlanned,
  CampaignCancelled,
  CampaignCreated,
  CampaignChanged,
  PostDeleted,
  WorkspaceSettingsChanged,
  WorkspaceDeleted,
  AccountHealthChanged,
  BudgetReplenished,
  UsageTallied,
  ...standingEvents,
] as const;
