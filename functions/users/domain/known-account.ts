import * as z from 'zod';
import { AccountId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** What this context knows of an X account, from the events of `accounts`: whom to write to about it, and its name. */
export const KnownAccount = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  username: personal(z.string(), {
    why: 'to name the account in emails',
    keptFor: keptFor.workspace,
  }).optional(),
  /** Who connected it last. */
  connectedBy: PersonId.nullable().default(null),
  connectedAt: Instant.nullable().default(null),
  /** Of the last loss of its connection that was mailed, the version as `posts` told it. */
  mailedVersion: z.int().min(0).default(0),
});
export type KnownAccount = z.infer<typeof KnownAccount>;
