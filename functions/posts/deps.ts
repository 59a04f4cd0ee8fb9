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

/** What this context needs from the world. */
export interface Deps {
  posts: PostStore;
  media: MediaStore;
  mediaFiles: MediaFiles;
  /** What a workspace may take of the bucket. */
  mediaQuota: MediaQuota;
  /** Which posts and videos may use a file. */
  mediaUses: MediaUseStore;
  comments: CommentStore;
  /** Earlier contents of posts. */
  versions: VersionStore;
  templates: TemplateStore;
  campaigns: KnownCampaignStore;
  reposts: RepostStore;
  /** What a workspace may do so often a day. */
  dailyLimits: DailyLimits;
  /** Which posts say the same. */
  similarPosts: SimilarityStore;
  /** What X has cost. */
  spending: SpendingStore;
  queues: QueueStore;
  calendarFeeds: CalendarFeedStore;
  accounts: KnownAccountStore;
  /** What waits for accounts that have to be connected again. */
  accountWaits: AccountWaitStore;
  /** What the workspace decided for all its members. */
  settings: SettingsStore;
  receipts: ReceiptStore;
  /** Where short links lead, and how often they were followed. */
  shortLinks: ShortLinkStore;
  linkCodes: LinkCodes;
  /** Base of short links, without a slash at its end: a name that X takes for a link. */
  linksUrl: string;
  /** Signs receipts. */
  receiptKey: ReceiptKey;
  /** Measures texts as X does. */
  measure: (texts: readonly string[], maxWeightedLength?: number) => Promise<TextMeasure[]>;
  executions: Executions;
  /** Who may send to X now. */
  leases: LeaseStore;
  /** What is stopped. */
  stops: StopStore;
  /** Which workspaces are deleted. */
  deletedWorkspaces: DeletedWorkspaceStore;
  log: Pick<Logger, 'error'>;
  now: Clock;
  sleep: (milliseconds: number) => Promise<void>;
  /** Unguessable random bytes. */
  randomBytes: (count: number) => Buffer;
  /**
   * After a fault on the way to X, how long until what it did there can be looked for, and nothing of it can land any more.
   * In milliseconds.
   */
  faultPauseMs: number;
  /** How long a reference that is unknown yet is looked for again. */
  patience?: RetryPolicy;
}
