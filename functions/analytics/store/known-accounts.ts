import { newerThan } from '#shared/entities.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { AccountDay } from '../domain/growth.ts';
import { KnownAccount } from '../domain/known-account.ts';
import { subjectKeys } from './daily-subjects.ts';

/** Accounts that were ever connected, and their counters by UTC day, from the events of `accounts`. */
export interface KnownAccountStore {
  has(workspaceId: string, accountId: string): Promise<boolean>;
  /** Returns those accounts that are known. */
  findAll(workspaceId: string, accountIds: readonly string[]): Promise<KnownAccount[]>;
  /** The ids of all accounts of a workspace. */
  idsOf(workspaceId: string): Promise<string[]>;
  /** Stores what an event reported, unless a newer event was stored already. */
  learn(workspaceId: string, entityVersion: number, account: KnownAccount): Promise<void>;
  /** Stores the counters of a day, unless later ones of that day are stored already. */
  learnDay(day: AccountDay, keptDays: number): Promise<void>;
  /** The days of an account, both ends inclusive, oldest first. */
  daysBetween(workspaceId: string, accountId: string, from: string, to: string): Promise<AccountDay[]>;
  /** Returns the latest stored day before `day`. */
  dayBefore(workspaceId: string, accountId: string, day: string): Promise<AccountDay | undefined>;
}

const prefix = 'ACCOUNT#';
const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `${prefix}${id}` });

/** Each day is a separate item: one item of all days would be rewritten, and billed in full, each day. */
const dayPrefix = (accountId: string): string => `AUDIENCE#${accountId}#`;

const accountItem = (workspaceId: string, account: KnownAccount): Item & Key => ({
  ...account,
  ...accountKey(workspaceId, account.accountId),
  // Daily checks find insights for it.
  ...subjectKeys(account.accountId),
  ...{ type: 'known_account', workspaceId },
});

export const knownAccountStore = (table: Table): KnownAccountStore => ({
  async has(workspaceId, accountId) {
    return (await table.get(accountKey(workspaceId, accountId))) !== undefined;
  },
  async findAll(workspaceId, accountIds) {
    const items = await table.getAll([...new Set(accountIds)].map((id) => accountKey(workspaceId, id)));
    return items.map((item) => KnownAccount.parse(item));
  },
  async idsOf(workspaceId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
    });
    return items.map((item) => KnownAccount.parse(item).accountId);
  },
  async learn(workspaceId, entityVersion, account) {
    await table.put({ ...accountItem(workspaceId, account), entityVersion }, newerThan(entityVersion));
  },
  async learnDay(reading, keptDays) {
    const { workspaceId, accountId, day, measuredAt } = reading;
    const item = {
      ...reading,
      ...{ pk: workspaceId, sk: `${dayPrefix(accountId)}${day}`, type: 'account_day' },
      ttl: timeToLive(new Date(measuredAt), keptDays * daySeconds),
    };
    await table.put(item, {
      ConditionExpression: 'attribute_not_exists(pk) OR measuredAt < :measuredAt',
      ExpressionAttributeValues: { ':measuredAt': measuredAt },
    });
  },
  async daysBetween(workspaceId, accountId, from, to) {
    const items = await table.queryAll(between(workspaceId, dayPrefix(accountId) + from, dayPrefix(accountId) + to));
    return items.map((item) => AccountDay.parse(item));
  },
  async dayBefore(workspaceId, accountId, day) {
    const all = between(workspaceId, dayPrefix(accountId), dayPrefix(accountId) + eve(day));
    const [item] = await table.queryFirst({ ...all, ScanIndexForward: false }, 1);
    return item && AccountDay.parse(item);
  },
});

const between = (workspaceId: string, from: string, to: string) => ({
  KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :from AND :to',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':from': from, ':to': to },
});

const eve = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) - daySeconds * 1000).toISOString().slice(0, 10);
