import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '#shared/time.ts';
import type { AppWideKind } from './domain/app-state.ts';
import type { Pace } from './domain/pace.ts';
import type { MediaObjects } from './ports/media-bucket.ts';
import type { Vault } from './ports/vault.ts';
import type { XSecret } from './ports/x-secret.ts';
import type { AccountStore } from './store/accounts.ts';
import type { ActivityStore } from './store/activities.ts';
import type { AppStore } from './store/app.ts';
import type { BudgetStore } from './store/budgets.ts';
import type { ConnectionStore } from './store/connections.ts';
import type { LimitStore } from './store/limits.ts';
import type { PublicationStore } from './store/publications.ts';
import type { TokenStore } from './store/tokens.ts';
import type { UploadStore } from './store/uploads.ts';
import type { UsageStore } from './store/usage.ts';
import type { XActivityApi } from './x/activity-port.ts';
import type { XApi } from './x/port.ts';

/** What is counted of X's deliveries. */
export type ActivityCount = 'XDeliveriesUsed' | 'XDeliveriesIgnored' | 'XDeliveriesRefused' | 'XWebhookInvalid';

/** The dependencies of this context. */
export interface Deps {
  accounts: AccountStore;
  tokens: TokenStore;
  connections: ConnectionStore;
  publications: PublicationStore;
  uploads: UploadStore;
  limits: LimitStore;
  /** What X has cost, by workspace and month. */
  usage: UsageStore;
  /** The budget for X that each workspace sets. */
  budgets: BudgetStore;
  /** The known state of the app as a whole at X. */
  app: AppStore;
  /** Maximum number of posts X takes a day from all workspaces together (X API: POST /2/tweets, per app). */
  appPostsPerDay: number;
  /** Reports that X blocks the app as a whole: an alarm rings. */
  alarm: (kind: AppWideKind) => void;
  x: XApi;
  /** What X tells of the accounts by its webhook. */
  activities: ActivityStore;
  xActivity: XActivityApi;
  /** Where X delivers to; undefined: the stage has no webhook at X. */
  xWebhookUrl: string | undefined;
  /** The credentials of the X app. */
  xSecret: () => Promise<XSecret>;
  /** Counts deliveries, and a webhook that X does not deliver to: for alarms. */
  count: (what: ActivityCount) => void;
  /** Where X sends people back to, exactly as it is registered at X. */
  redirectUri: string;
  vault: Vault;
  mediaObjects: MediaObjects;
  now: Clock;
  /** How long X is waited for. */
  pace: Pace;
  /** An account is probed when X was last asked about it longer ago than this. In milliseconds. */
  probeEveryMs: number;
  /** Waits that many milliseconds. */
  sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1: spreads those who wait for the same instant. */
  random: () => number;
  log: Pick<Logger, 'warn'>;
}
