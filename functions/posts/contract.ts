import {
  AccountCapabilitiesChanged,
  AccountConnected,
  AccountDisconnected,
  AccountHealthChanged,
  BudgetReplenished,
  UsageTallied,
} from '../../events/accounts.ts';
import { CampaignCancelled, CampaignChanged, CampaignCreated, CampaignSlotPlanned } from '../../events/campaigns.ts';
import { PostDeleted } from '../../events/posts.ts';
import { WorkspaceDeleted, WorkspaceSettingsChanged } from '../../events/users.ts';
import { healthOperations } from '../../shared/http/health.ts';
import * as approval from './contract/approval.ts';
import * as composing from './contract/composing.ts';
import * as media from './contract/media.ts';
import * as onX from './contract/on-x.ts';
import * as calendar from './contract/calendar.ts';
import * as queue from './contract/queue.ts';
import * as receipts from './contract/receipts.ts';
import * as rescheduling from './contract/rescheduling.ts';
import * as scheduling from './contract/scheduling.ts';
import * as templates from './contract/templates.ts';
import * as versions from './contract/versions.ts';
import * as transfer from './contract/transfer.ts';
import * as writing from './contract/writing.ts';

export const health = healthOperations('posts');

export const operations = [
  ...writing.operations,
  ...media.operations,
  ...scheduling.operations,
  ...approval.operations,
  ...queue.operations,
  ...rescheduling.operations,
  ...transfer.operations,
  ...calendar.operations,
  ...receipts.operations,
  ...versions.operations,
  ...templates.operations,
  ...onX.operations,
  ...composing.operations,
  health.health,
  health.ready,
] as const;

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
] as const;

/** Steps of workflows that this context carries out. */
export const tasks = {
  claim: 'posts.claim',
  record: 'posts.record',
  findOverdue: 'posts.findOverdue',
  revive: 'posts.revive',
  remindOfApprovals: 'posts.remindOfApprovals',
  recordUnpublished: 'posts.recordUnpublished',
  recordRepost: 'posts.recordRepost',
  eraseWorkspace: 'posts.eraseWorkspace',
} as const;
