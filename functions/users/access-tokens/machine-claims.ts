import type { Deps } from '../deps.ts';
import { makersOf } from '../domain/service-account.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { claimsOf } from './claims.ts';

/**
 * Claims of a service account's token. The email address only finds the account; `sub`, which nobody can choose, is the
 * proof.
 */
export const machineClaims = async ({ serviceAccounts }: Pick<Deps, 'serviceAccounts'>, id: string, sub: string) => {
  const account = await serviceAccounts.findById(id);
  if (account?.status !== 'active' || account.subject !== sub) throw noWorkspace();
  return { ...claimsOf(account.id, account), made_by: makersOf(account).join(' ') };
};
