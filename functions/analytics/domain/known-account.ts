import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';

/** What analytics knows of an account, from the events of `accounts`. */
export const KnownAccount = z.object({
  accountId: AccountId,
  username: personal(z.string(), { why: 'to name the account in reports', keptFor: keptFor.workspace }),
});
export type KnownAccount = z.infer<typeof KnownAccount>;
