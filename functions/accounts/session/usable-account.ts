import type { Deps } from '../deps.ts';
import type { Account } from '../domain/account.ts';
import { accountUnavailable, type Blocker } from '../domain/blocker.ts';

/**
 * Returns the account if X can be called as it, or the blocker that a person has to remove first. A suspended or locked
 * account is tried, because only X knows when that ends.
 */
export const usableAccount = async (
  { accounts }: Pick<Deps, 'accounts'>,
  workspaceId: string,
  accountId: string,
): Promise<Account | Blocker> => {
  const account = await accounts.find(workspaceId, accountId);
  if (account?.status !== 'connected') return accountUnavailable('disconnected');
  return account.health === 'reconnect_needed' ? accountUnavailable('reconnect_needed') : account;
};
