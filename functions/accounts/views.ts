import * as z from 'zod';
import { AccountId } from '#shared/ids.ts';
import { Account } from './domain/account.ts';

export const onAccount = z.strictObject({ accountId: AccountId });

/** An account in the form of the API. Its tokens are a separate item and never returned. */
export const AccountView = Account.omit({
  workspaceId: true,
  correlationId: true,
  chain: true,
  changedBy: true,
  failuresInARow: true,
}).meta({ id: 'AccountView' });
