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

/** Dependencies of this context. */
export interface Deps extends StatusDeps, WebhookDeps, HookDeps, FeedDeps {}

/** Dependencies of the platform's status. */
export interface StatusDeps {
  services: () => Promise<Service[]>;
  /** Requests a path of the platform's own API; false if it does not respond with 2xx in time. */
  answers: (path: string) => Promise<boolean>;
  /** CloudWatch's figures for a context over the last five minutes. */
  figures: (context: ContextName) => Promise<Figures>;
  /** The OpenAPI document of every contract. */
  openApi: () => Promise<OpenApi>;
  /** Milliseconds on a monotonic clock. */
  elapsed: () => number;
}

/** Dependencies of webhooks. */
export interface WebhookDeps {
  webhooks: WebhookStore;
  deliveries: WebhookDeliveryStore;
  health: WebhookHealthStore;
  stops: PublishingStopStore;
  /** Sends requests to addresses that users entered. */
  send: Send;
  /** Hosts that can be sent to although they are not public, and hosts that cannot. */
  reach: Reach;
  /** Waits between the attempts of a delivery, in seconds. */
  retrySeconds: readonly number[];
  /** Key that seals the secrets of webhooks and incoming hooks. */
  sealingKey: () => Promise<Uint8Array>;
  /** Random bytes for secrets. */
  randomBytes: (count: number) => Buffer;
  /** A random number from 0 to 1, for jitter. */
  chance: () => number;
  log: Pick<Logger, 'info'>;
  now: Clock;
}

/** Dependencies of incoming hooks. */
export interface HookDeps extends Pick<WebhookDeps, 'sealingKey' | 'randomBytes' | 'now'> {
  hooks: HookStore;
  receipts: HookReceiptStore;
  /** Rate limits of the hooks. */
  buckets: BucketStore;
  /** Base URL of the public API, without a trailing slash. */
  publicUrl: string;
}

/** Dependencies of feeds. */
export interface FeedDeps extends Pick<WebhookDeps, 'send' | 'reach' | 'log' | 'now'> {
  feeds: FeedStore;
  readings: FeedReadingStore;
  feedItems: FeedItemStore;
}

/** The parts of the OpenAPI document that are used here. */
export interface OpenApi {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
