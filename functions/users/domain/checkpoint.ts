import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';

/** The platform's monthly attestation of a workspace's chain: its length and the hash at its end. */
export const Checkpoint = z.object({
  workspaceId: WorkspaceId,
  month: z.string().meta({ description: 'UTC month that ended, such as 2026-11' }),
  sequence: z.int().min(1).meta({ description: 'Sequence of the last event covered' }),
  hash: z.string().meta({ description: '`hash` of that event' }),
  madeAt: Instant,
});
export type Checkpoint = z.infer<typeof Checkpoint>;

export const SignedCheckpoint = z
  .object({
    checkpoint: Checkpoint.meta({ description: 'What was signed' }),
    keyId: z.string().meta({ description: 'Id of the signing key (`kid` of the public key)' }),
    signature: z.string().meta({ description: 'Ed25519 over the checkpoint as canonical JSON (RFC 8785), base64url' }),
  })
  .meta({ id: 'SignedCheckpoint' });
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>;

/** Returns the UTC month before `now`, such as `2026-10`. */
export const monthBefore = (now: Date): string =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
