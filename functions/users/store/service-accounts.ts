import type { Author } from '../../../shared/actor.ts';
import {
  entityWriter,
  firstVersion,
  type Item,
  type Key,
  type PageRequest,
  type Table,
} from '../../../shared/dynamo.ts';
import type { New } from '../../../shared/entity.ts';
import { notFound } from '../../../shared/errors.ts';
import type { Page } from '../../../shared/http/page.ts';
import { readServiceAccount, type ServiceAccount } from '../domain/service-account.ts';

export interface ServiceAccountStore {
  find(workspaceId: string, id: string): Promise<ServiceAccount | undefined>;
  /** @throws DomainError `service_account_not_found` */
  get(workspaceId: string, id: string): Promise<ServiceAccount>;
  /** By its id alone, as a machine names itself. One that was made just now may take a moment to show here. */
  findById(id: string): Promise<ServiceAccount | undefined>;
  /** The oldest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<ServiceAccount>>;
  active(workspaceId: string): Promise<ServiceAccount[]>;
  create(account: New<ServiceAccount>, author: Author): Promise<ServiceAccount>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` when somebody else wrote since it was read. */
  save(account: ServiceAccount, author: Author): Promise<ServiceAccount>;
  /** Takes down that it was used just now: no new version, and told to nobody. */
  noteUse(account: ServiceAccount): Promise<void>;
}

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `SERVICE_ACCOUNT#${id}` });

/** One row, found by the workspace and, while it is active, by its id alone. */
const accountItem = (account: ServiceAccount): Item & Key => ({
  ...account,
  ...accountKey(account.workspaceId, account.id),
  type: 'service_account',
  ...(account.status === 'active' && { byPersonPk: account.id, byPersonSk: account.workspaceId }),
});

export const serviceAccountStore = (table: Table): ServiceAccountStore => {
  const save = entityWriter(table, accountItem);
  const find = async (workspaceId: string, id: string): Promise<ServiceAccount | undefined> => {
    const item = await table.get(accountKey(workspaceId, id));
    return item && readServiceAccount(item);
  };
  const ofWorkspace = (workspaceId: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :account)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':account': 'SERVICE_ACCOUNT#' },
  });
  return {
    find,
    async get(workspaceId, id) {
      const account = await find(workspaceId, id);
      if (!account) throw notFound('service account');
      return account;
    },
    async findById(id) {
      const [found] = await table.queryFirst(
        {
          IndexName: 'byPerson',
          KeyConditionExpression: 'byPersonPk = :id',
          ExpressionAttributeValues: { ':id': id },
        },
        1,
      );
      // The index may be a moment behind: what stands in the table counts.
      return found && find(String(found.byPersonSk), id);
    },
    list: (workspaceId, page) => table.queryPage(ofWorkspace(workspaceId), page, readServiceAccount),
    async active(workspaceId) {
      const all = (await table.queryAll(ofWorkspace(workspaceId))).map(readServiceAccount);
      return all.filter(({ status }) => status === 'active');
    },
    create: (account, author) => save(firstVersion(account, table.now(), author), author),
    save,
    async noteUse({ workspaceId, id }) {
      await table.update(accountKey(workspaceId, id), {
        UpdateExpression: 'SET lastUsedAt = :now',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':now': table.now().toISOString() },
      });
    },
  };
};
