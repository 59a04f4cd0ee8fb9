import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { type ServiceAccount, shut } from '../domain/service-account.ts';

/** Revokes a service account, which then gets no more tokens. Can be repeated after a crash to delete its user. */
export const revoke = async (
  { serviceAccounts, directory }: Pick<Deps, 'serviceAccounts' | 'directory'>,
  account: ServiceAccount,
  author: Author,
): Promise<void> => {
  if (account.status === 'active') await serviceAccounts.end(shut(account), author);
  await directory.deleteMachineUser(account.id);
};
