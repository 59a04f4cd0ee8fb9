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

/** Metrics of X's deliveries and webhook. */
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
  /** The known state of the app at X. */
  app: AppStore;
  /** Maximum number of posts a day that X accepts from all workspaces together (X API: POST /2/tweets, per app). */
  appPostsPerDay: number;
  /** Reports that X blocks the entire app, which triggers an alarm. */
  alarm: (kind: AppWideKind) => void;
  x: XApi;
  /** What X reports about the accounts by webhook. */
  activities: ActivityStore;
  xActivity: XActivityApi;
  /** URL that X delivers to; undefined: the stage has no webhook at X. */
  xWebhookUrl: string | undefined;
  /** The credentials of the X app. */
  xSecret: () => Promise<XSecret>;
  /** Counts deliveries, and a webhook that X does not deliver to, for alarms. */
  count: (what: ActivityCount) => void;
  /** Where X redirects people to, exactly as registered at X. */
  redirectUri: string;
  vault: Vault;
  mediaObjects: MediaObjects;
  now: Clock;
  /** How long to wait for X. */
  pace: Pace;
  /** An account is due for a probe when its last one is older than this. In milliseconds. */
  probeEveryMs: number;
  sleep: (milliseconds: number) => Promise<void>;
  /** Returns a number from 0 to 1, to spread retries that wait for the same instant. */
  random: () => number;
  log: Pick<Logger, 'warn'>;
}
