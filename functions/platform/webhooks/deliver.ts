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

/** Two attempts at once of one delivery, or a pause: looked at again after so many seconds at least. */
const soonSeconds = 1;

/** After a pause one attempt is made; the others wait for it so long. */
const trialMs = 20_000;

/**
 * Makes the next attempt of a delivery, if it is due and its webhook is not paused; otherwise it comes again when it is. May
 * run at any time and twice: a lease keeps attempts apart, and one that was cut off is made again when its lease ends.
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
    // Somebody else is at it, or it is gone: whoever looks next sees what stands.
    if (isLostUpdate(error)) return again(0);
    throw error;
  }
};

const again = (ms: number): JobOutcome => ({ againInSeconds: Math.max(soonSeconds, ms / 1000) });

const untilMs = (at: string | null | undefined, now: Date): number =>
  typeof at === 'string' ? Date.parse(at) - now.getTime() : 0;

/** Why a delivery ends before its next attempt. */
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

/** How long a webhook that was slow is left alone; after that one delivery tries it, and the others wait for that. */
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

/** The start of a reply as text: a character that was cut, and what nobody can read, is replaced. */
const readable = (body: Buffer): string | null => {
  const said = body
    .toString('utf8')
    .replace(/[\p{Cc}\p{Cs}]/gu, (control) => (/\s/.test(control) ? control : '\ufffd'));
  return said === '' ? null : said;
};
