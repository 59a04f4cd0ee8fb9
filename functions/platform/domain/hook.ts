import * as z from 'zod';
import { HookScheme } from '#events/platform.ts';
import { Actor } from '#shared/actor.ts';
import type { Bound } from '#shared/bound.ts';
import { entityFields } from '#shared/entity.ts';
import { HookId } from '#shared/ids.ts';
import { text } from '#shared/text.ts';
import { hourMs, Instant, instantAfter } from '#shared/time.ts';

export const maxHooks: Bound = {
  most: 20,
  code: 'too_many_hooks',
  said: 'A workspace can have 20 hooks. Delete one first.',
};

/** Largest request that is read, and largest JSON body that is published in an event, in bytes. */
export const maxRequestBytes = 256 * 1024;
export const maxBodyBytes = 16 * 1024;

/** Headers that carry the signatures, delivery ids and event types of the schemes. */
export const signatureHeaders = [
  ...(['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const),
  ...(['x-hub-signature-256', 'x-github-delivery', 'x-github-event'] as const),
  'stripe-signature',
] as const;

/** How long a rotated secret is still accepted. */
const overlapMs = 24 * hourMs;

/** Secrets accepted at the same time: the newest ones if there are several rotations within a day. */
const maxSecrets = 3;

/** Fields that users set. */
export const hookFields = {
  name: text(120).meta({ examples: ['Shop orders'] }),
};

/** A secret that senders sign with. `until`: null for the current one. */
const HookSecret = z.object({ sealed: z.string(), createdAt: Instant, until: Instant.nullable() });
export type HookSecret = z.infer<typeof HookSecret>;

/** An endpoint that receives signed requests from another service. */
export const Hook = z.object({
  id: HookId,
  ...entityFields,
  ...hookFields,
  scheme: HookScheme,
  /** The current one first; empty until a secret is set, and after deletion. */
  secrets: z.array(HookSecret),
  createdBy: Actor.meta({ description: 'Who created it' }),
  deletedAt: Instant.nullable(),
});
export type Hook = z.infer<typeof Hook>;

/** Returns the secrets that are accepted at a time. */
export const secretsAt = (secrets: readonly HookSecret[], now: Date): HookSecret[] =>
  secrets.filter(({ until }) => until === null || Date.parse(until) > now.getTime());

/** Returns the secrets after a rotation: the new one, and for another day those accepted until now. */
export const withSecret = (secrets: readonly HookSecret[], next: HookSecret, now: Date): HookSecret[] => [
  next,
  ...secretsAt(secrets, now)
    .map((secret) => ({ ...secret, until: secret.until ?? instantAfter(now, overlapMs) }))
    .slice(0, maxSecrets - 1),
];
