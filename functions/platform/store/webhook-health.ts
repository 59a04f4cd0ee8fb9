import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import type { Key, Table } from '#shared/table.ts';
import { daySeconds, Instant, timeToLive } from '#shared/time.ts';

/** How a webhook has fared since its last success. There is none while everything succeeds. */
export const WebhookHealth = z.object({
  workspaceId: z.string(),
  webhookId: z.string(),
  failingSince: Instant,
  /** Attempts in a row that were slow, or got no answer. */
  slowAttempts: z.int().min(0),
  /** Nothing is sent before. */
  pausedUntil: Instant.nullable(),
});
export type WebhookHealth = z.infer<typeof WebhookHealth>;

interface Of {
  workspaceId: string;
  webhookId: string;
}

export interface WebhookHealthStore {
  find(of: Of): Promise<WebhookHealth | undefined>;
  /** Notes a failure; what it is then. */
  noteFailure(of: Of, failure: { at: Date; slow: boolean; pausedUntil: string | null }): Promise<WebhookHealth>;
  /** Takes the one attempt after a pause: false when another one has it. No other is made before `until`. */
  takeTrial(of: Of, now: Date, until: string): Promise<boolean>;
  noteSuccess(of: Of): Promise<void>;
}

const keyOf = ({ workspaceId, webhookId }: Of): Key => ({ pk: workspaceId, sk: `WEBHOOK_HEALTH#${webhookId}` });

/** What has failed for a month without a success is disabled, or has no events. */
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
