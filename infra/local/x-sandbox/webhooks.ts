import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { isSameSecret } from '#shared/secrets.ts';
import { Refusal } from './http.ts';
import { jsonBody, type Operation, type Outcome, param } from './operation.ts';
import { notFoundReply, refuseInvalid } from './problems.ts';
import type { Webhook } from './state.ts';
import { nextId, type World } from './world.ts';

/*
 * Webhooks (docs.x.com, "Webhooks"). One that fails the challenge-response check (CRC) is refused on creation, and
 * invalidated afterwards.
 */

/** Timeout of a request to a webhook. */
export const WEBHOOK_TIMEOUT_MS = 10_000;

export function signatureOf(world: World, content: string | Buffer): string {
  return `sha256=${createHmac('sha256', world.state.settings.consumerSecret).update(content).digest('base64')}`;
}

const Challenge = z.object({ response_token: z.string() });

/** Whether the webhook passes the challenge: a 200 in time, without a redirect, with the signed token. */
async function passesCheck(world: World, url: string): Promise<boolean> {
  const asked = new URL(url);
  const crcToken = nextId(world);
  asked.searchParams.set('crc_token', crcToken);
  asked.searchParams.set('nonce', nextId(world));
  try {
    const answer = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(WEBHOOK_TIMEOUT_MS) });
    const told = Challenge.safeParse(await answer.json());
    return (
      answer.status === 200 && told.success && isSameSecret(told.data.response_token, signatureOf(world, crcToken))
    );
  } catch {
    return false;
  }
}

const NewWebhook = z.strictObject({ url: z.url().max(200) });

/** X accepts only https without a port; `plainWebhooks` lifts this for a local machine. */
function requireUrl(world: World, text: string): void {
  const url = new URL(text);
  const isPublic = url.protocol === 'https:' && url.port === '';
  if (!isPublic && !world.state.settings.plainWebhooks) {
    refuseInvalid('The webhook URL must be https and have no port.', { url: [text] });
  }
}

const shown = (webhook: Webhook) => ({
  id: webhook.id,
  url: webhook.url,
  valid: webhook.valid,
  created_at: new Date(webhook.createdAt).toISOString(),
});

export function requireWebhook(world: World, id: string): Webhook {
  const webhook = Object.hasOwn(world.state.webhooks, id) ? world.state.webhooks[id] : undefined;
  if (webhook === undefined) throw new Refusal(notFoundReply('webhook_id', id));
  return webhook;
}

const asApp = { auth: 'app', scopes: [] } as const;

export const createWebhooks: Operation = {
  id: 'createWebhooks',
  method: 'POST',
  path: '/2/webhooks',
  ...asApp,
  async handle(world, call): Promise<Outcome> {
    const { url } = jsonBody(call, NewWebhook);
    requireUrl(world, url);
    if (Object.values(world.state.webhooks).some((webhook) => webhook.url === url)) {
      refuseInvalid('There is already a webhook with this URL.', { url: [url] });
    }
    if (!(await passesCheck(world, url))) refuseInvalid('CRC validation failed.', { url: [url] });
    const webhook = { id: nextId(world), url, valid: true, createdAt: world.now() };
    world.state.webhooks[webhook.id] = webhook;
    return { status: 200, body: { data: shown(webhook) } };
  },
};

export const getWebhooks: Operation = {
  id: 'getWebhooks',
  method: 'GET',
  path: '/2/webhooks',
  ...asApp,
  async handle(world) {
    const data = Object.values(world.state.webhooks).map(shown);
    return { status: 200, body: { data, meta: { result_count: data.length } } };
  },
};

export const validateWebhooks: Operation = {
  id: 'validateWebhooks',
  method: 'PUT',
  path: '/2/webhooks/:webhook_id',
  ...asApp,
  async handle(world, call) {
    const webhook = requireWebhook(world, param(call, 'webhook_id'));
    webhook.valid = await passesCheck(world, webhook.url);
    if (!webhook.valid) refuseInvalid('CRC validation failed.', { url: [webhook.url] });
    return { status: 200, body: { data: { valid: true } } };
  },
};

export const deleteWebhooks: Operation = {
  id: 'deleteWebhooks',
  method: 'DELETE',
  path: '/2/webhooks/:webhook_id',
  ...asApp,
  async handle(world, call) {
    const { id } = requireWebhook(world, param(call, 'webhook_id'));
    Reflect.deleteProperty(world.state.webhooks, id);
    for (const subscription of Object.values(world.state.subscriptions)) {
      if (subscription.webhookId === id) Reflect.deleteProperty(world.state.subscriptions, subscription.id);
    }
    return { status: 200, body: { data: { deleted: true } } };
  },
};

const Minute = z.string().regex(/^[0-9]{12}$/);
const Replay = z.strictObject({ webhook_id: z.string(), from_date: Minute, to_date: Minute });

/** Parses the start of a minute in X's form `yyyymmddhhmm` (UTC). */
function startOf(minute: string): number {
  const [, year, month, day, hour, min] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(minute) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${min}:00Z`);
}

export const createWebhookReplayJob: Operation = {
  id: 'createWebhookReplayJob',
  method: 'POST',
  path: '/2/webhooks/replay',
  ...asApp,
  async handle(world, call) {
    const { webhook_id, from_date, to_date } = jsonBody(call, Replay);
    const webhook = requireWebhook(world, webhook_id);
    const [from, to] = [startOf(from_date), startOf(to_date) + 60_000];
    if (Number.isNaN(from) || Number.isNaN(to) || from >= to) refuseInvalid('The period is not valid.');
    world.deliveries.replay(world, webhook, from, to);
    return { status: 200, body: { created_at: new Date(world.now()).toISOString(), job_id: nextId(world) } };
  },
};
