import * as z from 'zod';
import type { DisconnectReason } from '#events/accounts.ts';
import { type Author, systemAuthor } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import type { Page } from '#shared/page.ts';
import { shardOf, shards } from '#shared/shards.ts';
import type { Item, Key, PageRequest, Table, TransactWrite } from '#shared/table.ts';
import { Account, disconnect } from '../domain/account.ts';
import type { Coverage } from '../domain/activity.ts';
import { StoredTokens, tokensItem, tokensKey } from './tokens.ts';

export interface AccountStore {
  /** @throws DomainError `account_not_found` */
  get(workspaceId: string, accountId: string): Promise<Account>;
  find(workspaceId: string, accountId: string): Promise<Account | undefined>;
  /** Returns those of the accounts that exist. */
  findAll(workspaceId: string, accountIds: readonly string[]): Promise<Account[]>;
  list(workspaceId: string, page: PageRequest): Promise<Page<Account>>;
  /** Finds the workspace's account for an X user, connected or not. */
  ofXUser(workspaceId: string, xUserId: string): Promise<Account | undefined>;
  save(account: Account, author: Author): Promise<Account>;
  /** Finds the account that an X user is connected to, in whichever workspace; there is at most one. */
  holderOf(xUserId: string): Promise<{ workspaceId: string; accountId: string } | undefined>;
  /**
   * Writes a connected account with its tokens, and assigns the X user to its workspace. `from` is another workspace's
   * account that loses the X user: it is disconnected in the same transaction. Undefined if an account was written
   * meanwhile, or another workspace has the X user.
   */
  connect(
    account: New<Account> | Account,
    tokens: Omit<StoredTokens, 'version'>,
    author: Author,
    from?: Account,
  ): Promise<Account | undefined>;
  /** Counts an unanswered call, without a new version; returns the number of consecutive ones. */
  countFailure(workspaceId: string, accountId: string): Promise<number>;
  /** Records the time of a probe, without a new version; undefined if the account is not connected. */
  beginProbe(workspaceId: string, accountId: string): Promise<Account | undefined>;
  /** Returns connected accounts of a shard, across workspaces, that were last probed before an instant (UTC). */
  dueProbes(shard: number, before: string, limit: number): Promise<{ workspaceId: string; accountId: string }[]>;
  /** Returns connected accounts of all workspaces, at most `perShard` of each shard. */
  allConnected(perShard: number): Promise<Account[]>;
  /** Records how much of the account's activity X reports, without a new version. */
  setActivity(workspaceId: string, accountId: string, activity: Coverage): Promise<void>;
  /**
   * Writes the account as disconnected, erases its tokens and frees the X user; undefined if it was written meanwhile.
   */
  disconnect(account: Account, author: Author): Promise<Account | undefined>;
}

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `ACCOUNT#${id}` });

/** Maps an X user to the workspace's account; kept when the account is disconnected. */
const knownKey = (workspaceId: string, xUserId: string): Key => ({ pk: workspaceId, sk: `XUSER#${xUserId}` });

/** Maps an X user to the workspace that has it now. This item belongs to no workspace. */
const takenKey = (xUserId: string): Key => ({ pk: `XUSER#${xUserId}`, sk: 'XUSER' });

const Holder = z.object({ workspaceId: WorkspaceId, accountId: AccountId });

/** Index of connected accounts by the time of their last probe. */
const probeKeys = ({ workspaceId, id, probedAt }: Pick<Account, 'workspaceId' | 'id' | 'probedAt'>) => ({
  byProbePk: `PROBE#${shardOf(id)}`,
  byProbeSk: `${probedAt}#${workspaceId}#${id}`,
});

const accountItem = (account: Account): Item & Key => ({
  ...account,
  ...accountKey(account.workspaceId, account.id),
  type: 'account',
  ...(account.status === 'connected' && probeKeys(account)),
});

const isSaved = (account: New<Account> | Account): account is Account => 'version' in account;

export const accountStore = (table: Table): AccountStore => {
  const find = async (workspaceId: string, accountId: string): Promise<Account | undefined> => {
    const item = await table.get(accountKey(workspaceId, accountId));
    return item && entityOf(Account, item);
  };
  /** Returns the writes that disconnect an account, unless it was changed since it was read. */
  const disconnected = (account: Account, reason: DisconnectReason, author: Author) => {
    const next = nextVersion(disconnect(account, reason, table.now()), table.now(), author);
    const writes: TransactWrite[] = [
      { put: accountItem(next), condition: stillAt(account.version) },
      { delete: tokensKey(account.workspaceId, account.id) },
    ];
    return { next, writes };
  };
  return {
    find,
    async get(workspaceId, accountId) {
      const account = await find(workspaceId, accountId);
      if (!account) throw notFound('account');
      return account;
    },
    async findAll(workspaceId, accountIds) {
      const items = await table.getAll([...new Set(accountIds)].map((id) => accountKey(workspaceId, id)));
      return items.map((item) => entityOf(Account, item));
    },
    list: (workspaceId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :accounts)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':accounts': 'ACCOUNT#' },
        },
        page,
        (item) => entityOf(Account, item),
      ),
    async ofXUser(workspaceId, xUserId) {
      const known = await table.get(knownKey(workspaceId, xUserId));
      return known && find(workspaceId, z.string().parse(known.accountId));
    },
    save: entityWriter(table, accountItem),
    async holderOf(xUserId) {
      const taken = await table.get(takenKey(xUserId));
      return taken && Holder.parse(taken);
    },
    async connect(account, tokens, author, from) {
      const { workspaceId, id: accountId, xUserId } = account;
      const read = isSaved(account) ? account : firstVersion(account, table.now(), author);
      const next = nextVersion(read, table.now(), author);
      const before = await table.get(tokensKey(workspaceId, accountId));
      const tokensVersion = before ? StoredTokens.parse(before).version : 0;
      const written = await table.transact([
        { put: accountItem(next), condition: stillAt(read.version) },
        { put: tokensItem({ ...tokens, version: tokensVersion + 1 }), condition: stillAt(tokensVersion) },
        {
          put: { ...knownKey(workspaceId, xUserId), type: 'known_x_user', workspaceId, accountId },
          condition: {
            ConditionExpression: 'attribute_not_exists(pk) OR accountId = :accountId',
            ExpressionAttributeValues: { ':accountId': accountId },
          },
        },
        {
          put: { ...takenKey(xUserId), type: 'taken_x_user', workspaceId, accountId },
          condition: from
            ? {
                ConditionExpression: 'workspaceId = :workspaceId AND accountId = :accountId',
                ExpressionAttributeValues: { ':workspaceId': from.workspaceId, ':accountId': from.id },
              }
            : {
                ConditionExpression: 'attribute_not_exists(pk) OR workspaceId = :workspaceId',
                ExpressionAttributeValues: { ':workspaceId': workspaceId },
              },
        },
        // The platform is the author, so that the other workspace does not learn who gave the new consent.
        ...(from ? disconnected(from, 'connected_elsewhere', systemAuthor('accounts', author)).writes : []),
      ]);
      return written ? next : undefined;
    },
    async countFailure(workspaceId, accountId) {
      const counted = await table.update(accountKey(workspaceId, accountId), {
        UpdateExpression: 'ADD failuresInARow :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      });
      return counted ? entityOf(Account, counted).failuresInARow : 0;
    },
    async beginProbe(workspaceId, accountId) {
      const probedAt = table.now().toISOString();
      const { byProbePk, byProbeSk } = probeKeys({ workspaceId, id: accountId, probedAt });
      const begun = await table.update(accountKey(workspaceId, accountId), {
        UpdateExpression: 'SET probedAt = :now, byProbePk = :shard, byProbeSk = :place',
        ConditionExpression: '#status = :connected',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':now': probedAt,
          ':shard': byProbePk,
          ':place': byProbeSk,
          ':connected': 'connected',
        },
      });
      return begun && entityOf(Account, begun);
    },
    async dueProbes(shard, before, limit) {
      const query = {
        IndexName: 'byProbe',
        KeyConditionExpression: 'byProbePk = :shard AND byProbeSk < :before',
        ExpressionAttributeValues: { ':shard': `PROBE#${shard}`, ':before': before },
        keysOnly: true as const,
      };
      const due = await table.queryFirst(query, limit);
      return due.map((item) => entityOf(Account, item)).map(({ workspaceId, id }) => ({ workspaceId, accountId: id }));
    },
    async allConnected(perShard) {
      const found = await Promise.all(
        shards.map((shard) =>
          table.queryFirst(
            {
              IndexName: 'byProbe',
              KeyConditionExpression: 'byProbePk = :shard',
              ExpressionAttributeValues: { ':shard': `PROBE#${shard}` },
              keysOnly: true,
            },
            perShard,
          ),
        ),
      );
      return found.flat().map((item) => entityOf(Account, item));
    },
    async setActivity(workspaceId, accountId, activity) {
      await table.update(accountKey(workspaceId, accountId), {
        UpdateExpression: 'SET activity = :activity',
        ConditionExpression: '#status = :connected',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':activity': activity, ':connected': 'connected' },
      });
    },
    async disconnect(account, author) {
      const { next, writes } = disconnected(account, 'requested', author);
      const written = await table.transact([...writes, { delete: takenKey(account.xUserId) }]);
      return written ? next : undefined;
    },
  };
};
