import type { Author } from '#shared/actor.ts';
import { deletableStore } from '#shared/deletable.ts';
import { firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import type { PageRequest, Table } from '#shared/table.ts';
import { isFor, maxWebhooks, Webhook } from '../domain/webhook.ts';

export interface WebhookStore {
  /** @throws DomainError `webhook_not_found` */
  get(workspaceId: string, webhookId: string): Promise<Webhook>;
  /** Undefined if it does not exist or was deleted. */
  find(workspaceId: string, webhookId: string): Promise<Webhook | undefined>;
  /** @throws DomainError `too_many_webhooks` */
  create(webhook: New<Webhook>, author: Author): Promise<Webhook>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(webhook: Webhook, author: Author): Promise<Webhook>;
  /** Deletes the webhook and its secrets. @throws DomainError `changed_meanwhile` */
  delete(webhook: Webhook, author: Author): Promise<void>;
  /** Newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<Webhook>>;
  /** Webhooks that an event should be delivered to. */
  listeningTo(workspaceId: string, event: { type: string; occurredAt: string }): Promise<Webhook[]>;
}

export const webhookStore = (table: Table): WebhookStore => {
  const webhooks = deletableStore(table, {
    type: 'webhook',
    schema: Webhook,
    notFound: () => notFound('webhook'),
    bound: maxWebhooks,
  });
  return {
    ...webhooks,
    create: (webhook, author) => webhooks.create(firstVersion(webhook, table.now(), author), author),
    delete: (webhook, author) => webhooks.delete({ ...webhook, keys: [] }, author),
    async listeningTo(workspaceId, event) {
      return (await webhooks.all(workspaceId)).filter((webhook) => isFor(webhook, event));
    },
  };
};
