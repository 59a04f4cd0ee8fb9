import type { WebhookDeliveryRequested } from '#events/platform.ts';
import { systemAuthor } from '#shared/actor.ts';
import { isLostUpdate } from '#shared/entities.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { JobOutcome } from '#shared/lambda/jobs.ts';
import type { Outcome } from '#shared/outbound/outcome.ts';
import { instantAfter } from '#shared/time.ts';
import type { WebhookDeps } from '../deps.ts';
import { isGone, isSuccess, waitAfter } from '../domain/delivery-retries.ts';
import type { Webhook } from '../domain/webhook.ts';
import {
  type Attempt,
  attempted,
  type Delivery,
  type DeliveryFailure,
  ended,
  isExpired,
  leased,
} from '../domain/webhook-delivery.ts';
import type { WebhookHealth } from '../store/webhook-health.ts';
import { noteFailure, noteSuccess } from './note-health.ts';
import { sendSigned } from './send-signed.ts';

/** Shortest wait before a delivery is checked again, in seconds. */
const soonSeconds = 1;

/** How long the other deliveries wait for the one attempt after a pause. */
const trialMs = 20_000;

/**
 * Makes the next attempt of a delivery, if it is due and its webhook is not paused; otherwise postpones it. Safe to run
 * at any time, also concurrently: a lease keeps attempts apart, and an attempt that was cut off is repeated after its
 * lease expires.
 */
export const deliver = async (
  deps: WebhookDeps,
  event: EventOf<typeof WebhookDeliveryRequested>,
): Promise<JobOutcome> => {
  const {
    workspaceId,
    entityId: id,
    data: { webhookId },
  } = event;
  const author = systemAuthor('platform', event);
  const delivery = await deps.deliveries.find({ workspaceId, webhookId, id });
  if (delivery?.status !== 'waiting') return undefined;
  const now = deps.now();
  const webhook = await deps.webhooks.find(workspaceId, webhookId);
  const obstacle = await obstacleTo(deps, delivery, webhook);
  try {
    if (!webhook || obstacle) {
      await deps.deliveries.save(ended(delivery, obstacle ?? 'webhook_deleted'), author);
      return undefined;
    }
    const health = await deps.health.find({ workspaceId, webhookId });
    const waitMs = Math.max(...[delivery.nextAttemptAt, delivery.lease?.until].map((at) => untilMs(at, now)));
    if (waitMs > 0) return again(waitMs);
    const pauseMs = await pauseOf(deps, webhook, health, now);
    if (pauseMs > 0) return again(pauseMs * (1 + deps.chance()));
    const own = await deps.deliveries.save(leased(delivery, now, deps.randomBytes(16).toString('base64url')), author);
    const outcome = await sendSigned(deps, webhook, own, now);
    return await record(deps, { webhook, delivery: own, health }, outcome);
  } catch (error) {
    // The delivery is being changed concurrently, or is gone: check again.
    if (isLostUpdate(error)) return again(0);
    throw error;
  }
};

const again = (ms: number): JobOutcome => ({ againInSeconds: Math.max(soonSeconds, ms / 1000) });

const untilMs = (at: string | null | undefined, now: Date): number =>
  typeof at === 'string' ? Date.parse(at) - now.getTime() : 0;

/** Returns why a delivery has to end before its next attempt. */
const obstacleTo = async (
  { stops, now }: Pick<WebhookDeps, 'stops' | 'now'>,
  delivery: Delivery,
  webhook: Webhook | undefined,
): Promise<DeliveryFailure | undefined> => {
  if (!webhook) return 'webhook_deleted';
  if (webhook.status === 'disabled') return 'webhook_disabled';
  if (isExpired(delivery, now())) return 'expired';
  return (await stops.isStopped(delivery.workspaceId)) ? 'publishing_stopped' : undefined;
};

/**
 * Returns how long a slow webhook is still paused. After that, one delivery makes an attempt and the others wait for
 * it.
 */
const pauseOf = async (
  { health }: Pick<WebhookDeps, 'health'>,
  { workspaceId, id: webhookId }: Webhook,
  known: WebhookHealth | undefined,
  now: Date,
): Promise<number> => {
  if (typeof known?.pausedUntil !== 'string') return 0;
  const pauseMs = untilMs(known.pausedUntil, now);
  if (pauseMs > 0) return pauseMs;
  const isTaken = await health.takeTrial({ workspaceId, webhookId }, now, instantAfter(now, trialMs));
  return isTaken ? 0 : trialMs;
};

const record = async (
  deps: WebhookDeps,
  { webhook, delivery, health }: { webhook: Webhook; delivery: Delivery; health: WebhookHealth | undefined },
  outcome: Outcome,
): Promise<JobOutcome> => {
  const now = deps.now();
  const author = systemAuthor('platform', delivery);
  const attempt = attemptOf(outcome, now);
  const { webhookId, id: deliveryId } = delivery;
  deps.log.info('webhook attempt', {
    ...{ webhookId, deliveryId, correlationId: delivery.correlationId, attempt: delivery.made + 1 },
    outcome: attempt.outcome,
    ...{ reason: attempt.reason, status: attempt.status, milliseconds: attempt.milliseconds },
  });
  const retryAfter = outcome.outcome === 'answered' ? outcome.headers['retry-after'] : undefined;
  const end = { status: attempt.status, retryAfter };
  if (isSuccess(end)) {
    await deps.deliveries.save(ended(attempted(delivery, attempt, null), null), author);
    if (health) await noteSuccess(deps, delivery);
    return undefined;
  }
  const waitMs = isGone(end) ? undefined : waitAfter(deps.retrySeconds, delivery.made + 1, end, now, deps.chance());
  const next = attempted(delivery, attempt, waitMs === undefined ? null : instantAfter(now, waitMs));
  const failure = isGone(end) ? 'gone' : 'attempts_exhausted';
  await deps.deliveries.save(waitMs === undefined ? ended(next, failure) : next, author);
  await noteFailure(deps, webhook, end, author);
  return waitMs === undefined ? undefined : again(waitMs);
};

const attemptOf = (outcome: Outcome, now: Date): Attempt => {
  const { milliseconds } = outcome;
  const at = instantAfter(now, -milliseconds);
  if (outcome.outcome !== 'answered') {
    return { at, outcome: outcome.outcome, reason: outcome.reason, status: null, milliseconds, reply: null };
  }
  const { status, body } = outcome;
  return { at, outcome: 'answered', reason: null, status, milliseconds, reply: readable(body) };
};

/** The start of a response as text. A truncated last character and control characters are replaced. */
const readable = (body: Buffer): string | null => {
  const said = body
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cs}]/gu, (control) => (/\s/.test(control) ? control : '\ufffd'));
  return said === '' ? null : said;
};
