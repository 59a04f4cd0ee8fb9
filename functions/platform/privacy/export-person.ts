import { entityOf } from '#shared/entities.ts';
import { type ExportSection, isChangedBy } from '#shared/privacy/export-person.ts';
import { Feed } from '../domain/feed.ts';
import { Hook } from '../domain/hook.ts';
import { Webhook } from '../domain/webhook.ts';

/** Webhooks, feeds and incoming hooks that the person created or last changed. */
export const exportSections: readonly ExportSection[] = [
  {
    kind: 'webhook',
    partition: (workspaceId) => workspaceId,
    prefix: 'WEBHOOK#',
    shareOf: (item, personId) => {
      const webhook = entityOf(Webhook, item);
      const { id: webhookId, url, description, createdBy, createdAt, updatedAt } = webhook;
      const isTheirs = createdBy.id === personId || isChangedBy(webhook, personId);
      return isTheirs ? { webhookId, url, description, createdAt, updatedAt } : undefined;
    },
  },
  {
    kind: 'feed',
    partition: (workspaceId) => workspaceId,
    prefix: 'FEED#',
    shareOf: (item, personId) => {
      const feed = entityOf(Feed, item);
      const { id: feedId, name, url, createdBy, createdAt, updatedAt } = feed;
      const isTheirs = createdBy.id === personId || isChangedBy(feed, personId);
      return isTheirs ? { feedId, name, url, createdAt, updatedAt } : undefined;
    },
  },
  {
    kind: 'hook',
    partition: (workspaceId) => workspaceId,
    prefix: 'HOOK#',
    shareOf: (item, personId) => {
      const hook = entityOf(Hook, item);
      const { id: hookId, name, scheme, createdBy, createdAt, updatedAt } = hook;
      const isTheirs = createdBy.id === personId || isChangedBy(hook, personId);
      return isTheirs ? { hookId, name, scheme, createdAt, updatedAt } : undefined;
    },
  },
];
