import { assertVersion } from '#shared/http/etag.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { assertDestination } from '#shared/outbound/destination.ts';
import type { WebhookDeps } from '../deps.ts';
import { disabledBy, enabled, rotated, signingKeysAt, type Webhook } from '../domain/webhook.ts';
import * as contract from './contract.ts';
import { makeKey } from './signing-keys.ts';

/** Routes of webhooks. */
export const webhookRoutes = (deps: WebhookDeps): Route[] => {
  const { webhooks, health, reach, now } = deps;

  const view = async (webhook: Webhook) => {
    const { workspaceId, id: webhookId } = webhook;
    const failing = await health.find({ workspaceId, webhookId });
    const keys = signingKeysAt(webhook.keys, now());
    return {
      ...webhook,
      publicKeys: keys.map(({ publicKey, createdAt, until }) => ({ publicKey, createdAt, validUntil: until })),
      failingSince: failing?.failingSince ?? null,
    };
  };

  const change = async (caller: Caller, webhookId: string, next: (webhook: Webhook) => Webhook) => {
    const webhook = await webhooks.get(caller.workspaceId, webhookId);
    const changed = next(webhook);
    return view(changed === webhook ? webhook : await webhooks.save(changed, caller));
  };

  return [
    route(contract.createWebhook, async ({ body, caller }) => {
      assertDestination(body.url, reach, 'body.url');
      const { workspaceId, actor } = caller;
      const id = newId('whk', now());
      const { key, secret } = makeKey(await deps.sealingKey(), { workspaceId, id }, deps.randomBytes, now());
      const isNew = { status: 'enabled', disabled: null, toldOfFailure: null, deletedAt: null } as const;
      const begins = { keys: [key], createdBy: actor, listensSince: now().toISOString() };
      const webhook = await webhooks.create({ id, workspaceId, ...body, ...isNew, ...begins }, caller);
      return { webhook: await view(webhook), secret };
    }),
    route(contract.listWebhooks, async ({ query, caller: { workspaceId } }) => {
      const scope = { operation: contract.listWebhooks.id, workspaceId };
      const { items, nextCursor } = await webhooks.list(workspaceId, { ...query, scope });
      return { items: await Promise.all(items.map(view)), nextCursor };
    }),
    route(contract.getWebhook, async ({ path, caller }) =>
      view(await webhooks.get(caller.workspaceId, path.webhookId)),
    ),
    route(contract.changeWebhook, async ({ path, body, caller, request }) => {
      if (body.url !== undefined) assertDestination(body.url, reach, 'body.url');
      return change(caller, path.webhookId, (webhook) => {
        assertVersion(webhook, request.ifMatch);
        return { ...webhook, ...body };
      });
    }),
    route(contract.deleteWebhook, async ({ path, caller }) => {
      await webhooks.delete(await webhooks.get(caller.workspaceId, path.webhookId), caller);
      return undefined;
    }),
    route(contract.rotateWebhookSecret, async ({ path, caller }) => {
      const webhook = await webhooks.get(caller.workspaceId, path.webhookId);
      const { key, secret } = makeKey(await deps.sealingKey(), webhook, deps.randomBytes, now());
      const keys = rotated(webhook.keys, key, now());
      return { webhook: await view(await webhooks.save({ ...webhook, keys }, caller)), secret };
    }),
    route(contract.enableWebhook, async ({ path, caller }) => {
      const { workspaceId } = caller;
      const webhook = await webhooks.get(workspaceId, path.webhookId);
      if (webhook.status === 'disabled') await health.noteSuccess({ workspaceId, webhookId: webhook.id });
      return change(caller, path.webhookId, (standing) =>
        standing.status === 'enabled' ? standing : enabled(standing, now()),
      );
    }),
    route(contract.disableWebhook, async ({ path, caller }) =>
      change(caller, path.webhookId, (webhook) =>
        webhook.status === 'disabled' ? webhook : disabledBy(webhook, 'requested', now()),
      ),
    ),
  ];
};
