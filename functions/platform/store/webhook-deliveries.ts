import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import { unlessOvertaken } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { Delivery, keptSeconds } from '../domain/webhook-delivery.ts';

/** Key of a delivery. */
export type DeliveryKey = Pick<Delivery, 'workspaceId' | 'webhookId' | 'id'>;

export interface WebhookDeliveryStore {
  find(key: DeliveryKey): Promise<Delivery | undefined>;
  /** @throws DomainError `webhook_delivery_not_found` */
  get(key: DeliveryKey): Promise<Delivery>;
  /** Adds a delivery unless it exists. */
  add(delivery: New<Delivery>, author: Author): Promise<void>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(delivery: Delivery, author: Author): Promise<Delivery>;
  /** Deliveries of a webhook that `accept` maps to a value, newest event first. */
  list<T>(
    of: { workspaceId: string; webhookId: string },
    page: PageRequest,
    accept: (delivery: Delivery) => T | undefined,
  ): Promise<Page<T>>;
  /** Failed deliveries of a webhook whose round started at `since` or later, oldest first. */
  failedSince(of: { workspaceId: string; webhookId: string }, since: Date, limit: number): Promise<Page<Delivery>>;
}

const prefixOf = (webhookId: string): string => `WEBHOOK_DELIVERY#${webhookId}#`;
const keyOf = ({ workspaceId, webhookId, id }: DeliveryKey): Key => ({
  pk: workspaceId,
  sk: prefixOf(webhookId) + id,
});

const failedPartition = (workspaceId: string, webhookId: string): string => `${workspaceId}#${webhookId}`;

const deliveryItem = (delivery: Delivery): Item & Key => ({
  ...delivery,
  ...keyOf(delivery),
  type: 'webhook_delivery',
  ttl: timeToLive(new Date(delivery.createdAt), keptSeconds),
  ...(delivery.status === 'failed' && {
    byFailedPk: failedPartition(delivery.workspaceId, delivery.webhookId),
    byFailedSk: `${delivery.roundStartedAt}#${delivery.id}`,
  }),
});

export const webhookDeliveryStore = (table: Table): WebhookDeliveryStore => {
  const find = async (key: DeliveryKey): Promise<Delivery | undefined> => {
    const item = await table.get(keyOf(key));
    return item && entityOf(Delivery, item);
  };
  const save = entityWriter(table, deliveryItem);
  return {
    find,
    async get(key) {
      const delivery = await find(key);
      if (!delivery) throw notFound('webhook delivery');
      return delivery;
    },
    async add(delivery, author) {
      await unlessOvertaken(save(firstVersion(delivery, table.now(), author), author));
    },
    save,
    list: ({ workspaceId, webhookId }, page, accept) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefixOf(webhookId) },
          ScanIndexForward: false,
        },
        page,
        (item) => accept(entityOf(Delivery, item)),
      ),
    failedSince: ({ workspaceId, webhookId }, since, limit) =>
      table.queryPage(
        {
          IndexName: 'byFailed',
          keysOnly: true,
          KeyConditionExpression: 'byFailedPk = :webhook AND byFailedSk >= :since',
          ExpressionAttributeValues: {
            ':webhook': failedPartition(workspaceId, webhookId),
            ':since': since.toISOString(),
          },
        },
        { limit, scope: { operation: 'failedSince', webhookId } },
        (item) => {
          const delivery = entityOf(Delivery, item);
          // The index can lag behind a replay.
          return delivery.status === 'failed' ? delivery : undefined;
        },
      ),
  };
};
