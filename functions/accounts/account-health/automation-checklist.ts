import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import type { Account, Checklist } from '../domain/account.ts';

/** Records a person's confirmation of the requirements for an automated account, replacing the earlier one. */
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
