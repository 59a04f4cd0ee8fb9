import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Key, Table } from '#shared/table.ts';
import { AccountWait } from '../domain/account-wait.ts';

export interface AccountWaitStore {
  find(workspaceId: string, accountId: string): Promise<AccountWait | undefined>;
  /** Stores what waits for an account, in place of what did. @throws DomainError `changed_meanwhile` */
  save(wait: New<AccountWait> | AccountWait, author: Author): Promise<AccountWait>;
}

const keyOf = (workspaceId: string, accountId: string): Key => ({ pk: workspaceId, sk: `ACCOUNT_WAIT#${accountId}` });

export const accountWaitStore = (table: Table): AccountWaitStore => {
  const save = entityWriter<AccountWait>(table, (wait) => ({
    ...wait,
    ...keyOf(wait.workspaceId, wait.id),
    type: 'account_wait',
  }));
  return {
    async find(workspaceId, accountId) {
      const item = await table.get(keyOf(workspaceId, accountId));
      return item && entityOf(AccountWait, item);
    },
    save: (wait, author) => save('version' in wait ? wait : firstVersion(wait, table.now(), author), author),
  };
};
