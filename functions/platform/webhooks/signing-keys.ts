import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { jsonOf } from '#shared/json.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { ed25519Key, publicPartOf } from '#shared/signing-key.ts';
import type { SigningKey, Webhook } from '../domain/webhook.ts';

/** An unsealed key that signs the deliveries of a webhook. */
export interface OpenKey {
  /** `whsec_` and 32 bytes in base64 (Standard Webhooks: signature scheme). */
  secret: string;
  privateKey: KeyObject;
}

const Sealed = z.object({ secret: z.string(), seed: z.string() });

/** Binds the key to its webhook: copied to another webhook, it cannot be opened. */
const boundTo = ({ workspaceId, id }: Pick<Webhook, 'workspaceId' | 'id'>) => [workspaceId, id, 'webhook-key'];

/** Generates an HMAC secret and an Ed25519 key. The secret is shown once; the platform stores both sealed. */
export const makeKey = (
  sealingKey: Uint8Array,
  owner: Pick<Webhook, 'workspaceId' | 'id'>,
  randomBytes: (count: number) => Buffer,
  now: Date,
): { key: SigningKey; secret: string } => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const seed = randomBytes(32);
  const publicBytes = Buffer.from(publicPartOf(ed25519Key(seed)), 'base64url');
  const sealed = seal(sealingKey, JSON.stringify({ secret, seed: seed.toString('base64') }), boundTo(owner));
  const publicKey = `whpk_${publicBytes.toString('base64')}`;
  return { key: { sealed, publicKey, createdAt: now.toISOString(), until: null }, secret };
};

/** @throws Error if the key was sealed for another webhook, or with another stage's key */
export const openKey = (
  sealingKey: Uint8Array,
  owner: Pick<Webhook, 'workspaceId' | 'id'>,
  { sealed }: SigningKey,
): OpenKey => {
  const { secret, seed } = Sealed.parse(jsonOf(unseal(sealingKey, sealed, boundTo(owner))));
  return { secret, privateKey: ed25519Key(Buffer.from(seed, 'base64')) };
};
