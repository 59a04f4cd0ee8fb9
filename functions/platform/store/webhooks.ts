import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { isFor, maxWebhooks, Webhook } from '../domain/webhook.ts';

export interface WebhookStore {
  /** @throws DomainError `webhook_not_found` */
  get(workspaceId: string, webhookId: string): Promise<Webhook>;
  /** Undefined when there is none, or it was deleted. */
  find(workspaceId: string, webhookId: string): Promise<Webhook | undefined>;
  /** @throws DomainError `too_many_webhooks` */
  create(webhook: New<Webhook>, author: Author): Promise<Webhook>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` */
  save(webhook: Webhook, author: Author): Promise<Webhook>;
  /** Forgets its secrets. @throws DomainError `changed_meanwhile` */
  delete(webhook: Webhook, author: Author): Promise<void>;
  /** The newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Webhook>>;
  /** Those that an event is to be delivered to. */
  listeningTo(workspaceId: string, event: { type: string; occurredAt: string }): Promise<Webhook[]>;
}

const prefix = 'WEBHOOK#';
const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });

/** What they are counted by. */
const counted = 'WEBHOOKS';

/** A deleted one is kept for a day, so that its deletion is told. */
const keptSeconds = daySeconds;

const webhookItem = (webhook: Webhook): Item & Key => ({
  ...webhook,
  ...keyOf(webhook.workspaceId, webhook.id),
  type: 'webhook',
  ...(webhook.deletedAt !== null && { ttl: timeToLive(new Date(webhook.deletedAt), keptSeconds) }),
});

const ofWorkspace = (workspaceId: string) => ({
  KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
});

const standing = (item: Item | undefined): Webhook | undefined => {
  const webhook = item && entityOf(Webhook, item);
  return webhook?.deletedAt === null ? webhook : undefined;
};

export const webhookStore = (table: Table): WebhookStore => {
  const find = async (workspaceId: string, webhookId: string): Promise<Webhook | undefined> =>
    standing(await table.get(keyOf(workspaceId, webhookId)));
  return {
    find,
    async get(workspaceId, webhookId) {
      const webhook = await find(workspaceId, webhookId);
      if (!webhook) throw notFound('webhook');
      return webhook;
    },
    async create(webhook, author) {
      const first = nextVersion(firstVersion(webhook, table.now(), author), table.now(), author);
      await createWithin(table, webhook.workspaceId, counted, maxWebhooks, {
        put: webhookItem(first),
        condition: isNew,
      });
      return first;
    },
    save: entityWriter(table, webhookItem),
    async delete(webhook, author) {
      const deleted = nextVersion({ ...webhook, keys: [], deletedAt: table.now().toISOString() }, table.now(), author);
      const writes = [
        { put: webhookItem(deleted), condition: stillAt(webhook.version) },
        oneLess(webhook.workspaceId, counted),
      ];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: (workspaceId, page) =>
      table.queryPage({ ...ofWorkspace(workspaceId), ScanIndexForward: false }, page, standing),
    async listeningTo(workspaceId, event) {
      const items = await table.queryAll(ofWorkspace(workspaceId));
      return items.map((item) => entityOf(Webhook, item)).filter((webhook) => isFor(webhook, event));
    },
  };
};
