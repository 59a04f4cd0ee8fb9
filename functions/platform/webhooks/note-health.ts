import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { dayMs, instantAfter } from '#shared/time.ts';
import type { WebhookDeps } from '../deps.ts';
import { type AttemptEnd, isGone, isSlow, pauseAfter } from '../domain/delivery-retries.ts';
import { disabledBy, type Webhook } from '../domain/webhook.ts';

type Wants = Pick<WebhookDeps, 'webhooks' | 'health' | 'retrySeconds' | 'now'>;

/** How long a webhook fails before its owners are notified, and before it is disabled. */
const toldAfterMs = dayMs;
const disabledAfterMs = 5 * dayMs;

/**
 * Records a failed attempt: pauses a slow webhook, has its owners notified after a day, and disables it after five, or
 * immediately if the server responded 410.
 */
export const noteFailure = async (deps: Wants, webhook: Webhook, end: AttemptEnd, author: Author): Promise<void> => {
  const { workspaceId, id: webhookId } = webhook;
  const now = deps.now();
  const slow = isSlow(end);
  const before = await deps.health.find({ workspaceId, webhookId });
  const pauseMs = pauseAfter(deps.retrySeconds, (before?.slowAttempts ?? 0) + 1, end, now);
  const pausedUntil = slow ? instantAfter(now, pauseMs) : null;
  const { failingSince } = await deps.health.noteFailure({ workspaceId, webhookId }, { at: now, slow, pausedUntil });
  const failingMs = now.getTime() - Date.parse(failingSince);
  const change = (standing: Webhook): Webhook | undefined => {
    if (isGone(end)) return disabledBy(standing, 'gone', now);
    if (failingMs >= disabledAfterMs) return disabledBy(standing, 'failing', now);
    const isTold = standing.toldOfFailure === failingSince;
    return failingMs >= toldAfterMs && !isTold ? { ...standing, toldOfFailure: failingSince } : undefined;
  };
  await retryOnLostUpdate(async () => {
    const standing = await deps.webhooks.find(workspaceId, webhookId);
    const changed = standing?.status === 'enabled' ? change(standing) : undefined;
    if (changed) await deps.webhooks.save(changed, author);
  });
};

/** Records a success, which resets the failures. */
export const noteSuccess = (
  { health }: Pick<WebhookDeps, 'health'>,
  { workspaceId, webhookId }: { workspaceId: string; webhookId: string },
): Promise<void> => health.noteSuccess({ workspaceId, webhookId });
