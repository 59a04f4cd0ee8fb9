import type { Standing, Wanted } from '../domain/activity-plan.ts';
import type { XReply } from './port.ts';

/** A webhook at X. While `isValid` is false, X delivers nothing to it. */
export interface XWebhook {
  id: string;
  url: string;
  isValid: boolean;
}

/**
 * X's webhooks and Activity API. Called as the app (bearer), except for subscriptions that need an account's consent.
 */
export interface XActivityApi {
  webhooks(bearer: string): Promise<XReply<XWebhook[]>>;
  /** Registers a webhook; X checks it (CRC) before it responds. */
  createWebhook(bearer: string, url: string): Promise<XReply<XWebhook>>;
  /** Has X check a webhook again (CRC). */
  checkWebhook(bearer: string, webhookId: string): Promise<XReply<unknown>>;
  /** Has X redeliver the events for a webhook between two instants (UTC, to the minute). */
  replay(bearer: string, missed: { webhookId: string; from: Date; to: Date }): Promise<XReply<unknown>>;
  /** Lists all subscriptions of the app. */
  subscriptions(bearer: string): Promise<XReply<Standing[]>>;
  subscribe(token: string, wanted: Wanted, webhookId: string): Promise<XReply<Standing>>;
  unsubscribe(bearer: string, id: string): Promise<XReply<unknown>>;
}
