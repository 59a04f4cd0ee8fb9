import type { Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { AccountDay } from '../domain/growth.ts';
import { keptSeconds } from './kept.ts';

/** Counters of accounts by UTC day, from the events of `accounts`. */
export interface AccountDayStore {
  /** Keeps a reading, unless a later one of the day is kept already. */
  learn(day: AccountDay): Promise<void>;
  /** The days of an account, both ends inclusive, oldest first. */
  between(workspaceId: string, accountId: string, from: string, to: string): Promise<AccountDay[]>;
  /** The latest day before one. */
  before(workspaceId: string, accountId: string, day: string): Promise<AccountDay | undefined>;
}

const prefixOf = (accountId: string): string => `AUDIENCE#${accountId}#`;
export const accountDayStore = (table: Table): AccountDayStore => ({
  async learn(reading) {
    const { workspaceId, accountId, day, measuredAt } = reading;
    const item = {
      ...reading,
      ...{ pk: workspaceId, sk: `${prefixOf(accountId)}${day}`, type: 'account_day' },
      ttl: timeToLive(new Date(measuredAt), keptSeconds),
    };
    await table.put(item, {
      ConditionExpression: 'attribute_not_exists(pk) OR measuredAt < :measuredAt',
      ExpressionAttributeValues: { ':measuredAt': measuredAt },
    });
  },
  async between(workspaceId, accountId, from, to) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':from': `${prefixOf(accountId)}${from}`,
        ':to': `${prefixOf(accountId)}${to}`,
      },
    });
    return items.map((item) => AccountDay.parse(item));
  },
  async before(workspaceId, accountId, day) {
    const [item] = await table.queryFirst(
      {
        KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :day',
        ExpressionAttributeValues: {
          ':workspace': workspaceId,
          ':first': prefixOf(accountId),
          ':day': `${prefixOf(accountId)}${dayBefore(day)}`,
        },
        ScanIndexForward: false,
      },
      1,
    );
    return item && AccountDay.parse(item);
  },
});

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) - daySeconds * 1000).toISOString().slice(0, 10);
