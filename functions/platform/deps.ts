import type { Logger } from '@aws-lambda-powertools/logger';
import type { ContextName } from '#shared/contexts.ts';
import type { BucketStore } from '#shared/http/lease.ts';
import type { Reach } from '#shared/outbound/destination.ts';
import type { Send } from '#shared/outbound/send.ts';
import type { Clock } from '#shared/time.ts';
import type { Figures } from './domain/open-metrics.ts';
import type { Service } from './domain/service.ts';
import type { FeedItemStore } from './store/feed-items.ts';
import type { FeedReadingStore } from './store/feed-readings.ts';
import type { FeedStore } from './store/feeds.ts';
import type { HookReceiptStore } from './store/hook-receipts.ts';
import type { HookStore } from './store/hooks.ts';
import type { PublishingStopStore } from './store/publishing-stops.ts';
import type { WebhookDeliveryStore } from './store/webhook-deliveries.ts';
import type { WebhookHealthStore } from './store/webhook-health.ts';
import type { WebhookStore } from './store/webhooks.ts';

/** What this context needs from the world. */
export interface Deps extends StatusDeps, WebhookDeps, HookDeps, FeedDeps {}

/** What the status of the platform needs. */
export interface StatusDeps {
  /** The service registry. */
  services: () => Promise<Service[]>;
  /** Asks a path of the platform's own API; false when it does not answer 2xx in time. */
  answers: (path: string) => Promise<boolean>;
  /** What CloudWatch counted for a context in the last five minutes. */
  figures: (context: ContextName) => Promise<Figures>;
  /** The OpenAPI document of every contract. */
  openApi: () => Promise<OpenApi>;
  /** Milliseconds on a clock that only goes forward. */
  elapsed: () => number;
}

/** What webhooks need. */
export interface WebhookDeps {
  webhooks: WebhookStore;
  deliveries: WebhookDeliveryStore;
  health: WebhookHealthStore;
  stops: PublishingStopStore;
  /** Sends to addresses of users. */
  send: Send;
  /** Where it may be sent to besides public addresses, and where not. */
  reach: Reach;
  /** The waits between the attempts of a delivery, in seconds. */
  retrySeconds: readonly number[];
  /** The key that secrets of webhooks and of incoming hooks are sealed under. */
  sealingKey: () => Promise<Uint8Array>;
  /** So many random bytes, for secrets. */
  randomBytes: (count: number) => Buffer;
  /** A number from 0 to 1, for waits that differ. */
  chance: () => number;
  log: Pick<Logger, 'info'>;
  now: Clock;
}

/** What incoming hooks need. */
export interface HookDeps extends Pick<WebhookDeps, 'sealingKey' | 'randomBytes' | 'now'> {
  hooks: HookStore;
  receipts: HookReceiptStore;
  /** Counts the requests of each hook. */
  buckets: BucketStore;
  /** Base of the platform's public address, without a slash at its end. */
  publicUrl: string;
}

/** What feeds need. */
export interface FeedDeps extends Pick<WebhookDeps, 'send' | 'reach' | 'log' | 'now'> {
  feeds: FeedStore;
  readings: FeedReadingStore;
  feedItems: FeedItemStore;
}

/** What is read of the OpenAPI document here. */
export interface OpenApi {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
