import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { type ServiceAccount, shut } from '../domain/service-account.ts';

/** Revokes a service account: from here on it gets no token. Repeated after a crash, it deletes what is left of its user. */
export const revoke = async (
  { serviceAccounts, directory }: Pick<Deps, 'serviceAccounts' | 'directory'>,
  account: ServiceAccount,
  author: Author,
): Promise<void> => {
  if (account.status === 'active') await serviceAccounts.end(shut(account), author);
  await directory.deleteMachineUser(account.id);
};
