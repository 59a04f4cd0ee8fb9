import type { HookScheme } from '#events/platform.ts';
import { systemAuthor } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import { type BucketStore, lease } from '#shared/http/lease.ts';
import { jsonIn } from '#shared/http/request.ts';
import type { Signed } from '#shared/http/route.ts';
import { exactBucket, nextTokenAt } from '#shared/http/token-bucket.ts';
import type { HookDeps } from '../deps.ts';
import { type Hook, maxBodyBytes, secretsAt } from '../domain/hook.ts';
import { openSecret } from './secrets.ts';
import { isVerified } from './verify.ts';

/** Rate limit of a hook. */
const bucket = exactBucket({ burst: 120, perMinute: 120 });

/** Used for a hook that does not exist, so that the response takes as long as for one that does. */
const noSecret = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

interface Arrived {
  hookId: string;
  signed: Signed;
  correlationId: string;
}

/**
 * Receives a request for a hook: verifies it, and stores a receipt, once per delivery id of the sender. Writing the
 * receipt publishes the event. Errors reveal nothing about the body before it is verified, and it is never logged.
 * @throws DomainError `hook_not_verified` for an unknown hook and an invalid signature alike; `rate_limited`,
 * `hook_body_too_large`, `hook_body_not_object`, `hook_delivery_unnamed`, and the errors of JSON parsing
 */
export const receive = async (
  deps: HookDeps,
  { hookId, signed, correlationId }: Arrived,
): Promise<{ deliveryId: string; isRepeated: boolean }> => {
  const hook = await deps.hooks.byId(hookId);
  if (!(await isSignedFor(deps, hook, signed)) || !hook) throw notVerified();
  await assertWithinRate(deps, hook);
  const { scheme, workspaceId, version: hookVersion } = hook;
  const body = objectIn(signed.bytes);
  const deliveryId = deliveryIdOf(scheme, signed, body);
  const eventType = eventTypeOf(scheme, signed, body);
  const content = JSON.stringify(body);
  if (Buffer.byteLength(content) > maxBodyBytes) throw tooLarge();
  const receipt = { workspaceId, hookId, hookVersion, scheme, deliveryId, eventType, content };
  const isNew = await deps.receipts.add(receipt, systemAuthor('platform', { correlationId }));
  return { deliveryId, isRepeated: !isNew };
};

const isSignedFor = async (
  { sealingKey, now }: Pick<HookDeps, 'sealingKey' | 'now'>,
  hook: Hook | undefined,
  signed: Signed,
): Promise<boolean> => {
  const key = await sealingKey();
  const at = now();
  const secrets = hook ? secretsAt(hook.secrets, at).map((secret) => openSecret(key, hook, secret)) : [noSecret];
  return isVerified(hook?.scheme ?? 'standard_webhooks', secrets, signed, at);
};

const assertWithinRate = async (
  { buckets, now }: { buckets: BucketStore; now: HookDeps['now'] },
  { workspaceId, id }: Hook,
): Promise<void> => {
  const at = now().getTime();
  const { tokens, fullAt } = await lease(
    buckets,
    { pk: `${workspaceId}#LIMIT`, sk: `hook#${id}` },
    bucket,
    at,
    undefined,
  );
  if (tokens > 0) return;
  const seconds = Math.max(1, Math.ceil((nextTokenAt(bucket, fullAt) - at) / 1000));
  throw new DomainError('rate-limited', 'rate_limited', `Too many requests. Retry in ${seconds} seconds.`, {
    headers: { 'retry-after': String(seconds) },
  });
};

type JsonObject = Readonly<Record<string, unknown>>;

const objectIn = (bytes: Uint8Array): JsonObject => {
  const body = jsonIn(bytes);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as JsonObject;
  throw new DomainError('invalid', 'hook_body_not_object', 'The body must be a JSON object.');
};

/** Returns the delivery's id: visible ASCII characters, as in a header. */
const deliveryIdOf = (scheme: HookScheme, { headers }: Signed, body: JsonObject): string => {
  const sent = { standard_webhooks: headers['webhook-id'], github: headers['x-github-delivery'], stripe: body['id'] };
  const id = sent[scheme];
  if (typeof id === 'string' && /^[\x21-\x7e]{1,255}$/.test(id)) return id;
  throw new DomainError(
    'invalid',
    'hook_delivery_unnamed',
    'The delivery has no valid id, which is needed to detect repeated deliveries.',
  );
};

/** Returns the sender's type of the event: from a header for GitHub, otherwise from the body. */
const eventTypeOf = (scheme: HookScheme, { headers }: Signed, body: JsonObject): string | null => {
  const type = scheme === 'github' ? headers['x-github-event'] : body['type'];
  return typeof type === 'string' && /^[\w.:/-]{1,100}$/.test(type) ? type : null;
};

const notVerified = (): DomainError =>
  new DomainError(
    'unauthenticated',
    'hook_not_verified',
    'There is no such hook, the signature is invalid, or its timestamp is more than five minutes off.',
  );

const tooLarge = (): DomainError =>
  new DomainError(
    'too-large',
    'hook_body_too_large',
    `The body is larger than ${maxBodyBytes / 1024} KB, measured without insignificant white space.`,
  );
