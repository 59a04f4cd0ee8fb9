import { QueueChanged, TemplateChanged } from '#events/posts.ts';
import { on, type Subscription } from '#shared/events/subscription.ts';
import type { Deps } from '../deps.ts';

/** Stores queues and templates, which plans depend on. */
export const planSubscriptions = (deps: Pick<Deps, 'content'>): Subscription[] => [
  on(QueueChanged, async ({ workspaceId, entityId: accountId, entityVersion, data }) =>
    deps.content.learnQueue(workspaceId, entityVersion, { accountId, ...data }),
  ),
  on(TemplateChanged, async ({ workspaceId, entityId: templateId, entityVersion, data }) =>
    deps.content.learnTemplate(workspaceId, entityVersion, { templateId, ...data }),
  ),
];
