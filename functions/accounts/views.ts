import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { Account } from './domain/account.ts';

export const onAccount = z.strictObject({ accountId: AccountId });

/** An account as the API shows it. Its tokens are an item of their own and never leave. */
export const AccountView = Account.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  failuresInARow: true,
}).meta({ id: 'AccountView' });
