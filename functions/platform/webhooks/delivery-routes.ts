import type { Author } from '#shared/actor.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { type Route, route } from '#shared/http/route.ts';
import type { WebhookDeps } from '../deps.ts';
import type { Webhook } from '../domain/webhook.ts';
import { replayed } from '../domain/webhook-delivery.ts';
import * as contract from './delivery-contract.ts';
import { deliverTest } from './request-delivery.ts';

/** Routes of webhook deliveries. */
export const deliveryRoutes = (deps: WebhookDeps): Route[] => {
  const { webhooks, deliveries } = deps;
  return [
    route(contract.testWebhook, async ({ path, caller }) => {
      const webhook = await enabledOne(deps, caller.workspaceId, path.webhookId);
      return deliverTest(deps, webhook, caller);
    }),
    route(contract.listWebhookDeliveries, async ({ path: { webhookId }, query, caller: { workspaceId } }) => {
      await webhooks.get(workspaceId, webhookId);
      const { limit, cursor, ...filters } = query;
      const scope = { operation: contract.listWebhookDeliveries.id, workspaceId, webhookId, ...filters };
      return deliveries.list({ workspaceId, webhookId }, { limit, cursor, scope }, (delivery) => {
        const isAskedFor =
          (filters.status ?? delivery.status) === delivery.status &&
          (filters.eventType ?? delivery.eventType) === delivery.eventType;
        return isAskedFor ? delivery : undefined;
      });
    }),
    route(contract.getWebhookDelivery, async ({ path: { webhookId, deliveryId }, caller: { workspaceId } }) => {
      await webhooks.get(workspaceId, webhookId);
      return deliveries.get({ workspaceId, webhookId, id: deliveryId });
    }),
    route(contract.replayWebhookDelivery, async ({ path: { webhookId, deliveryId }, caller }) => {
      const { workspaceId } = caller;
      await enabledOne(deps, workspaceId, webhookId);
      const delivery = await deliveries.get({ workspaceId, webhookId, id: deliveryId });
      if (delivery.status === 'waiting') throw stillWaiting();
      return deliveries.save(replayed(delivery, deps.now()), caller);
    }),
    route(contract.replayFailedDeliveries, async ({ path: { webhookId }, body, caller }) => {
      await enabledOne(deps, caller.workspaceId, webhookId);
      return replayFailed(deps, { workspaceId: caller.workspaceId, webhookId }, new Date(body.since), caller);
    }),
  ];
};

const replayFailed = async (
  { deliveries, now }: Pick<WebhookDeps, 'deliveries' | 'now'>,
  of: { workspaceId: string; webhookId: string },
  since: Date,
  author: Author,
) => {
  const { items, nextCursor } = await deliveries.failedSince(of, since, contract.maxReplayed);
  let count = 0;
  for (const delivery of items) {
    // Another request may have replayed it meanwhile.
    if (await unlessOvertaken(deliveries.save(replayed(delivery, now()), author))) count += 1;
  }
  return { webhookId: of.webhookId, replayed: count, hasMore: nextCursor !== null };
};

/** @throws DomainError `webhook_not_found`, `webhook_disabled` */
const enabledOne = async (
  { webhooks }: Pick<WebhookDeps, 'webhooks'>,
  workspaceId: string,
  webhookId: string,
): Promise<Webhook> => {
  const webhook = await webhooks.get(workspaceId, webhookId);
  if (webhook.status === 'enabled') return webhook;
  throw new DomainError('conflict', 'webhook_disabled', 'The webhook is disabled. Enable it first.');
};

const stillWaiting = (): DomainError =>
  new DomainError(
    'conflict',
    'delivery_still_waiting',
    'The delivery is still waiting for its next attempt. Replay it once it is `delivered` or `failed`.',
  );
