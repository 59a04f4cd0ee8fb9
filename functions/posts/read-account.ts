import { notFound } from '#shared/errors.ts';
import { findReference, mayBeOnItsWay } from '#shared/events/reference.ts';
import type { Deps } from './deps.ts';
import type { KnownAccount } from './store/known-accounts.ts';

type Accounts = Pick<Deps, 'accounts' | 'patience' | 'now'>;

/** Finds a connected account of the workspace; undefined if there is none. */
export const findConnected = async (
  { accounts, patience, now }: Accounts,
  workspaceId: string,
  accountId: string,
): ReturnType<Deps['accounts']['find']> => {
  const known = await accounts.find(workspaceId, accountId);
  if (known?.isConnected === true) return known;
  if (!known && !mayBeOnItsWay(accountId, now())) return undefined;
  // The event of a connection made a moment ago may still be on its way, even for an account known before.
  return findReference(async () => {
    const account = await accounts.find(workspaceId, accountId);
    return account?.isConnected === true ? account : undefined;
  }, patience);
};

/** For disconnected accounts too: posts can no longer be written for them. */
const notConnected = 'There is no such account in this workspace, or it is disconnected: reconnect it first.';

/** Returns a connected account of the workspace. @throws DomainError `account_not_found` if there is none */
export const connectedAccount = async (
  deps: Accounts,
  workspaceId: string,
  accountId: string,
): Promise<KnownAccount> => {
  const account = await findConnected(deps, workspaceId, accountId);
  if (!account) throw notFound('account', notConnected);
  return account;
};
