import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, Instant, timeToLive } from '#shared/time.ts';

/** State of a webhook since its first failure after a success; there is none while attempts succeed. */
export const WebhookHealth = z.object({
  workspaceId: z.string(),
  webhookId: z.string(),
  failingSince: Instant,
  /** Consecutive attempts that were slow or got no response. */
  slowAttempts: z.int().min(0),
  /** Nothing is sent before this time. */
  pausedUntil: Instant.nullable(),
});
export type WebhookHealth = z.infer<typeof WebhookHealth>;

interface Of {
  workspaceId: string;
  webhookId: string;
}

export interface WebhookHealthStore {
  find(of: Of): Promise<WebhookHealth | undefined>;
  /** Records a failure and returns the new state. */
  noteFailure(of: Of, failure: { at: Date; slow: boolean; pausedUntil: string | null }): Promise<WebhookHealth>;
  /**
   * Claims the one attempt after a pause; false if another one has it. Pauses the webhook until `until` for all others.
   */
  takeTrial(of: Of, now: Date, until: string): Promise<boolean>;
  noteSuccess(of: Of): Promise<void>;
}

const keyOf = ({ workspaceId, webhookId }: Of): Key => ({ pk: workspaceId, sk: `WEBHOOK_HEALTH#${webhookId}` });

/** A webhook that failed for a month without a success is disabled by then, or gets no events. */
const keptSeconds = 30 * daySeconds;

export const webhookHealthStore = (table: Table): WebhookHealthStore => ({
  async find(of) {
    const item = await table.get(keyOf(of));
    return item && entityOf(WebhookHealth, item);
  },
  async noteFailure(of, { at, slow, pausedUntil }) {
    const item = await table.update(keyOf(of), {
      UpdateExpression:
        'SET #type = :type, workspaceId = :workspace, webhookId = :webhook, #ttl = :ttl, pausedUntil = :until, ' +
        'failingSince = if_not_exists(failingSince, :at), slowAttempts = ' +
        (slow ? 'if_not_exists(slowAttempts, :none) + :one' : ':none'),
      ExpressionAttributeNames: { '#type': 'type', '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':type': 'webhook_health',
        ':workspace': of.workspaceId,
        ':webhook': of.webhookId,
        ':at': at.toISOString(),
        ':until': pausedUntil,
        ':none': 0,
        ...(slow && { ':one': 1 }),
        ':ttl': timeToLive(at, keptSeconds),
      },
    });
    return entityOf(WebhookHealth, item ?? {});
  },
  async takeTrial(of, now, until) {
    const taken = await table.update(keyOf(of), {
      UpdateExpression: 'SET pausedUntil = :until',
      ConditionExpression: 'pausedUntil <= :now',
      ExpressionAttributeValues: { ':until': until, ':now': now.toISOString() },
    });
    return taken !== undefined;
  },
  noteSuccess: (of) => table.delete(keyOf(of)),
});
