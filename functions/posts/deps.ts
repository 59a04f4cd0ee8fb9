import type { Logger } from '@aws-lambda-powertools/logger';
import type { DailyLimits } from '#shared/daily-limits.ts';
import type { RetryPolicy } from '#shared/events/reference.ts';
import type { Clock } from '#shared/time.ts';
import type { TextMeasure } from './domain/content.ts';
import type { MediaQuota } from './domain/media-quota.ts';
import type { Executions } from './ports/executions.ts';
import type { LinkCodes } from './ports/link-codes.ts';
import type { MediaFiles } from './ports/media-files.ts';
import type { ReceiptKey } from './ports/receipt-key.ts';
import type { AccountWaitStore } from './store/account-waits.ts';
import type { CalendarFeedStore } from './store/calendar-feeds.ts';
import type { CommentStore } from './store/comments.ts';
import type { DeletedWorkspaceStore } from './store/deleted-workspaces.ts';
import type { KnownAccountStore } from './store/known-accounts.ts';
import type { KnownCampaignStore } from './store/known-campaigns.ts';
import type { LeaseStore } from './store/leases.ts';
import type { MediaStore } from './store/media.ts';
import type { MediaUseStore } from './store/media-uses.ts';
import type { PostStore } from './store/posts.ts';
import type { QueueStore } from './store/queues.ts';
import type { ReceiptStore } from './store/receipts.ts';
import type { RepostStore } from './store/reposts.ts';
import type { SettingsStore } from './store/settings.ts';
import type { ShortLinkStore } from './store/short-links.ts';
import type { SimilarityStore } from './store/similarity.ts';
import type { SpendingStore } from './store/spending.ts';
import type { StopStore } from './store/stops.ts';
import type { TemplateStore } from './store/templates.ts';
import type { VersionStore } from './store/versions.ts';

/** Dependencies of this context. */
export interface Deps {
  posts: PostStore;
  media: MediaStore;
  mediaFiles: MediaFiles;
  /** How much of the bucket a workspace may use. */
  mediaQuota: MediaQuota;
  /** Which posts and videos may use a file. */
  mediaUses: MediaUseStore;
  comments: CommentStore;
  /** Earlier contents of posts. */
  versions: VersionStore;
  templates: TemplateStore;
  campaigns: KnownCampaignStore;
  reposts: RepostStore;
  /** What a workspace may do only so often a day. */
  dailyLimits: DailyLimits;
  /** Which posts have similar texts. */
  similarPosts: SimilarityStore;
  /** What X has cost each workspace. */
  spending: SpendingStore;
  queues: QueueStore;
  calendarFeeds: CalendarFeedStore;
  accounts: KnownAccountStore;
  /** What waits for accounts that have to be reconnected. */
  accountWaits: AccountWaitStore;
  /** The workspace's settings for all its members. */
  settings: SettingsStore;
  receipts: ReceiptStore;
  /** Targets of short links, and how often they were followed. */
  shortLinks: ShortLinkStore;
  linkCodes: LinkCodes;
  /** Base URL of short links, without a trailing slash; X recognizes it as a link. */
  linksUrl: string;
  /** Signs receipts. */
  receiptKey: ReceiptKey;
  /** Measures texts as X counts. */
  measure: (texts: readonly string[], maxWeightedLength?: number) => Promise<TextMeasure[]>;
  executions: Executions;
  /** Who may publish on X now. */
  leases: LeaseStore;
  /** Stops of accounts and workspaces. */
  stops: StopStore;
  /** Which workspaces are deleted. */
  deletedWorkspaces: DeletedWorkspaceStore;
  log: Pick<Logger, 'error'>;
  now: Clock;
  sleep: (milliseconds: number) => Promise<void>;
  /** Unguessable random bytes. */
  randomBytes: (count: number) => Buffer;
  /** Milliseconds after a fault until its calls can no longer reach X, and X can be searched for their results. */
  faultPauseMs: number;
  /** How long to look again for a reference that is not known yet. */
  patience?: RetryPolicy;
}
