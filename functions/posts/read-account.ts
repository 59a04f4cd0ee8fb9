import { notFound } from '#shared/errors.ts';
import { findReference, mayBeOnItsWay } from '#shared/events/reference.ts';
import type { Deps } from './deps.ts';
import type { KnownAccount } from './store/known-accounts.ts';

type Accounts = Pick<Deps, 'accounts' | 'patience' | 'now'>;

/** A connected account of the workspace; undefined when there is none. */
export const findConnected = async (
  { accounts, patience, now }: Accounts,
  workspaceId: string,
  accountId: string,
): ReturnType<Deps['accounts']['find']> => {
  const known = await accounts.find(workspaceId, accountId);
  if (known?.isConnected === true) return known;
  if (!known && !mayBeOnItsWay(accountId, now())) return undefined;
  // A connection that was made a moment ago may be news that is still on its way, also of an account known before.
  return findReference(async () => {
    const account = await accounts.find(workspaceId, accountId);
    return account?.isConnected === true ? account : undefined;
  }, patience);
};

/** As the answer says it: an account that was disconnected is no longer one that a post can be written for. */
const notConnected = 'There is no such account in this workspace, or it is disconnected: reconnect it first.';

/** A connected account of the workspace. @throws DomainError `account_not_found` when it is not there */
export const connectedAccount = async (
  deps: Accounts,
  workspaceId: string,
  accountId: string,
): Promise<KnownAccount> => {
  const account = await findConnected(deps, workspaceId, accountId);
  if (!account) throw notFound('account', notConnected);
  return account;
};
