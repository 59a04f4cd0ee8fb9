import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Account, Checklist } from '../domain/account.ts';

/** Records what a person confirms of an automated account, replacing the earlier confirmation. */
export const confirmChecklist = async (
  { accounts, now }: Pick<Deps, 'accounts' | 'now'>,
  { workspaceId, accountId, personId }: { workspaceId: string; accountId: string; personId: string },
  checklist: Checklist,
  author: Author,
): Promise<Account> => {
  const account = await accounts.get(workspaceId, accountId);
  const automation = { ...checklist, confirmedBy: personId, confirmedAt: now().toISOString() };
  return accounts.save({ ...account, automation }, author);
};
