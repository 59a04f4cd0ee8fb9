import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { EventId, WebhookDeliveryId, WebhookId } from '#shared/ids.ts';
import { daySeconds, hourMs, Instant, instantAfter } from '#shared/time.ts';

/** How long deliveries are kept, in seconds. */
export const keptSeconds = 30 * daySeconds;

/**
 * Older events create no delivery: their earlier deliveries may have expired, so that duplicates could not be detected.
 */
export const maxEventAgeMs = 28 * 24 * hourMs;

/** A delivery to a slow or unavailable server is given up after this, even if attempts are left. */
const givenUpAfterMs = 36 * hourMs;

/** Outlasts an attempt (15 seconds) and the function that makes it (30 seconds). */
export const leaseMs = 60_000;

/** Number of latest attempts that are kept, across rounds. */
const maxAttemptsKept = 16;

/** How much of the start of a response is kept, in bytes. */
export const replyBytes = 1024;

export const DeliveryStatus = z.enum(['waiting', 'delivered', 'failed']).meta({
  description:
    '`waiting`: an attempt is planned; `delivered`: the server responded 2xx; `failed`: given up, can be replayed',
});

/** Why a delivery was given up. */
export const DeliveryFailure = z
  .enum(['attempts_exhausted', 'expired', 'gone', 'webhook_disabled', 'webhook_deleted', 'publishing_stopped'])
  .meta({
    description:
      '`attempts_exhausted`: no attempt succeeded; `expired`: not delivered within 36 hours, for example because the server was slow or down; `gone`: it ' +
      'responded 410; `webhook_disabled`, `webhook_deleted`: the webhook was disabled or deleted before the ' +
      'delivery; `publishing_stopped`: publishing was stopped for the whole workspace, which also stops deliveries; replay it ' +
      'after resuming',
  });
export type DeliveryFailure = z.infer<typeof DeliveryFailure>;

export const Attempt = z
  .object({
    at: Instant.meta({ description: 'When the attempt was made (UTC)' }),
    outcome: z
      .enum(['answered', 'refused_address', 'timed_out', 'too_large', 'unreachable', 'tls_failed', 'not_http'])
      .meta({
        description:
          '`answered`: the server responded with `status`; `refused_address`: its host is not public; `timed_out`: ' +
          'no complete response within 15 seconds; `too_large`: headers over 16 KB; `unreachable`: no connection, or ' +
          'it was lost; `tls_failed`: certificate or handshake failed; `not_http`: the response was not HTTP',
      }),
    reason: z
      .string()
      .nullable()
      .meta({
        description: 'Detail of a failure, such as `econnrefused`; null: the server responded',
        examples: [null],
      }),
    status: z
      .int()
      .nullable()
      .meta({ description: 'HTTP status of the response; null: no response', examples: [200] }),
    milliseconds: z.int().min(0).meta({ description: 'Milliseconds until the response or the failure' }),
    reply: z.string().nullable().meta({ description: 'First kilobyte of the response body; null: none' }),
  })
  .meta({ id: 'WebhookAttempt', description: 'One request to the server of a webhook' });
export type Attempt = z.infer<typeof Attempt>;

/** One event for one webhook. */
export const Delivery = z.object({
  id: WebhookDeliveryId,
  ...entityFields,
  webhookId: WebhookId,
  eventId: EventId,
  eventType: z.string().meta({ description: 'Type of the event; `webhook.test` for a test' }),
  payload: z.string().meta({ description: 'Body of each request, exactly as it is signed' }),
  status: DeliveryStatus,
  failure: DeliveryFailure.nullable().meta({ description: 'Why it was given up; null: not given up' }),
  /** 1, plus 1 for each replay. */
  round: z.int().min(1),
  roundStartedAt: Instant,
  /** Attempts of this round. */
  made: z.int().min(0),
  attempts: z.array(Attempt).meta({ description: `Latest attempts, at most ${maxAttemptsKept}, oldest first` }),
  nextAttemptAt: Instant.nullable().meta({ description: 'Earliest time of the next attempt; null: none is planned' }),
  /** Prevents concurrent attempts. `holder` distinguishes two that begin at the same instant. */
  lease: z.object({ until: Instant, holder: z.string() }).nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** Initial state of a delivery. */
export const waitingSince = (now: Date) => ({
  status: 'waiting' as const,
  failure: null,
  round: 1,
  roundStartedAt: now.toISOString(),
  made: 0,
  attempts: [],
  nextAttemptAt: now.toISOString(),
  lease: null,
});

/** Restarts a delivery under the same id. */
export const replayed = (delivery: Delivery, now: Date): Delivery => ({
  ...delivery,
  ...waitingSince(now),
  round: delivery.round + 1,
  attempts: delivery.attempts,
});

export const isExpired = ({ roundStartedAt }: Delivery, now: Date): boolean =>
  now.getTime() - Date.parse(roundStartedAt) >= givenUpAfterMs;

export const leased = (delivery: Delivery, now: Date, holder: string): Delivery => ({
  ...delivery,
  lease: { until: instantAfter(now, leaseMs), holder },
});

export const ended = (delivery: Delivery, failure: DeliveryFailure | null): Delivery => ({
  ...delivery,
  status: failure === null ? 'delivered' : 'failed',
  failure,
  nextAttemptAt: null,
  lease: null,
});

/** The delivery after an attempt, waiting for the next one. */
export const attempted = (delivery: Delivery, attempt: Attempt, nextAttemptAt: string | null): Delivery => ({
  ...delivery,
  made: delivery.made + 1,
  attempts: [...delivery.attempts, attempt].slice(-maxAttemptsKept),
  nextAttemptAt,
  lease: null,
});
