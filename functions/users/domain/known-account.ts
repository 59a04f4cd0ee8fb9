import * as z from 'zod';
import { AccountId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** Projection of an X account from the events of `accounts`: its username, and whom to email about it. */
export const KnownAccount = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  username: personal(z.string(), {
    why: 'to name the account in emails',
    keptFor: keptFor.workspace,
  }).optional(),
  /** Who last connected it. */
  connectedBy: PersonId.nullable().default(null),
  connectedAt: Instant.nullable().default(null),
  /** Version of the last lost connection that was emailed, as published by `posts`. */
  mailedVersion: z.int().min(0).default(0),
});
export type KnownAccount = z.infer<typeof KnownAccount>;
