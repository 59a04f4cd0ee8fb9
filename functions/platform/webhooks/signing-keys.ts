import type { KeyObject } from 'node:crypto';
import * as z from 'zod';
import { jsonOf } from '#shared/json.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { ed25519Key, publicPartOf } from '#shared/signing-key.ts';
import type { SigningKey, Webhook } from '../domain/webhook.ts';

/** What signs the deliveries of a webhook. */
export interface OpenKey {
  /** `whsec_` and 32 bytes in base64 (Standard Webhooks: signature scheme). */
  secret: string;
  privateKey: KeyObject;
}

const Sealed = z.object({ secret: z.string(), seed: z.string() });

/** Sealed for one webhook alone: moved to another one, it does not open. */
const boundTo = ({ workspaceId, id }: Pick<Webhook, 'workspaceId' | 'id'>) => [workspaceId, id, 'webhook-key'];

/** Makes a secret for HMAC and a key for Ed25519. The secret is shown once; the platform keeps both sealed. */
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

/** @throws Error when the key was sealed for another webhook, or under another secret of the stage */
export const openKey = (
  sealingKey: Uint8Array,
  owner: Pick<Webhook, 'workspaceId' | 'id'>,
  { sealed }: SigningKey,
): OpenKey => {
  const { secret, seed } = Sealed.parse(jsonOf(unseal(sealingKey, sealed, boundTo(owner))));
  return { secret, privateKey: ed25519Key(Buffer.from(seed, 'base64')) };
};
