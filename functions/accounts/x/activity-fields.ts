import * as z from 'zod';
import type { Standing } from '../domain/activity-plan.ts';
import { XId } from '../domain/x-id.ts';
import type { XWebhook } from './activity-port.ts';
import { reader } from './reader.ts';

/* X's fields of its webhooks and Activity API (docs.x.com, "Webhooks", "X Activity API"). */

const Webhook = z
  .object({ id: XId, url: z.string(), valid: z.boolean() })
  .transform(({ id, url, valid }): XWebhook => ({ id, url, isValid: valid }));

export const readWebhooks = reader(z.object({ data: z.array(Webhook).default([]) }).transform(({ data }) => data));

/** The response to a creation has the webhook in `data` or at the top level. */
export const readWebhook = reader(z.union([z.object({ data: Webhook }).transform(({ data }) => data), Webhook]));

const Subscription = z
  .object({
    subscription_id: z.string().min(1),
    event_type: z.string(),
    filter: z.object({ user_id: z.string().optional() }).default({}),
    webhook_id: z.string().nullable().default(null),
  })
  .transform(({ subscription_id, event_type, filter, webhook_id }): Standing => ({
    id: subscription_id,
    eventType: event_type,
    userId: filter.user_id ?? null,
    webhookId: webhook_id,
  }));

/** An incomplete list is refused: what it lacks would be subscribed again. */
export const readSubscriptions = reader(
  z
    .object({ data: z.array(Subscription).default([]), meta: z.object({ total_subscriptions: z.int() }) })
    .refine(({ data, meta }) => data.length === meta.total_subscriptions)
    .transform(({ data }) => data),
);

/** The response to a creation has the new subscription, in a list or by itself. */
export const readSubscribed = reader(
  z
    .object({ data: z.union([z.array(Subscription).min(1), Subscription.transform((one) => [one])]) })
    .transform(({ data }) => data.at(-1))
    .pipe(z.custom<Standing>((value) => value !== undefined)),
);

/** Formats a minute as X expects it, such as `202611292015` (UTC). */
export const minuteOf = (at: Date): string => at.toISOString().replaceAll(/\D/g, '').slice(0, 12);
