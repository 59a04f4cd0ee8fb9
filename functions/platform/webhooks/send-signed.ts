import type { Outcome } from '#shared/outbound/outcome.ts';
import type { WebhookDeps } from '../deps.ts';
import { signingKeysAt, type Webhook } from '../domain/webhook.ts';
import { replyBytes } from '../domain/webhook-delivery.ts';
import { signedHeaders } from './sign.ts';
import { openKey } from './signing-keys.ts';

/** Sends a payload to a webhook, signed with each of its current keys. @param timeoutMs 15 seconds by default */
export const sendSigned = async (
  { sealingKey, send }: Pick<WebhookDeps, 'sealingKey' | 'send'>,
  webhook: Webhook,
  { id, payload }: { id: string; payload: string },
  now: Date,
  timeoutMs?: number,
): Promise<Outcome> => {
  const secret = await sealingKey();
  const keys = signingKeysAt(webhook.keys, now).map((key) => openKey(secret, webhook, key));
  return send({
    method: 'POST',
    url: webhook.url,
    headers: signedHeaders(keys, { id, payload }, now),
    body: payload,
    answer: { maxBytes: replyBytes, longer: 'cut' },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
};
