import type { Author } from '#shared/actor.ts';
import { createWithin, oneLess } from '#shared/counts.ts';
import { entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table } from '#shared/table.ts';
import { readServiceAccount, type ServiceAccount, serviceAccountsBound } from '../domain/service-account.ts';

export interface ServiceAccountStore {
  find(workspaceId: string, id: string): Promise<ServiceAccount | undefined>;
  /** @throws DomainError `service_account_not_found` */
  get(workspaceId: string, id: string): Promise<ServiceAccount>;
  /** Finds a service account by its id in any workspace. Eventually consistent. */
  findById(id: string): Promise<ServiceAccount | undefined>;
  /** Oldest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<ServiceAccount>>;
  active(workspaceId: string): Promise<ServiceAccount[]>;
  /**
   * Creates a service account and counts it in the same transaction. @throws DomainError `too_many`, even for
   * concurrent calls
   */
  create(account: New<ServiceAccount>, author: Author): Promise<ServiceAccount>;
  /** Saves a revoked account and stops counting it. @throws DomainError `changed_meanwhile` */
  end(account: ServiceAccount, author: Author): Promise<void>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(account: ServiceAccount, author: Author): Promise<ServiceAccount>;
  /** Records the time of use, without a new version and event. */
  noteUse(account: ServiceAccount): Promise<void>;
}

/** Name of the counter of active accounts. */
const counted = 'SERVICE_ACCOUNTS';

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `SERVICE_ACCOUNT#${id}` });

/** Found by the workspace and, while active, also by the id alone. */
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
      // The index may be stale, so the item is read from the table.
      return found && find(String(found.byPersonSk), id);
    },
    list: (workspaceId, page) => table.queryPage(ofWorkspace(workspaceId), page, readServiceAccount),
    async active(workspaceId) {
      const all = (await table.queryAll(ofWorkspace(workspaceId))).map(readServiceAccount);
      return all.filter(({ status }) => status === 'active');
    },
    async create(account, author) {
      const made = nextVersion(firstVersion(account, table.now(), author), table.now(), author);
      const write = { put: accountItem(made), condition: isNew };
      await createWithin(table, account.workspaceId, counted, serviceAccountsBound, write);
      return made;
    },
    async end(account, author) {
      const put = accountItem(nextVersion(account, table.now(), author));
      const isWritten = await table.transact([
        { put, condition: stillAt(account.version) },
        oneLess(account.workspaceId, counted),
      ]);
      if (!isWritten) throw lostUpdate();
    },
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
