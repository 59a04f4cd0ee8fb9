import type { Bound } from './bound.ts';
import { DomainError } from './errors.ts';
import type { Table } from './table.ts';
import { dayMs, dayOf, daySeconds, timeToLive } from './time.ts';

export interface DailyLimits {
  /**
   * Counts one more for the UTC day before the action, so that concurrent requests cannot exceed the limit.
   * @param partition whose limit it is: the workspace's or the person's
   * @param people the callers, or those responsible for the calling machine. Each may use a third of the workspace's
   *   limit, so that one person cannot use it up
   * @throws DomainError `rate-limited` with the bound's code and the time until the next day
   */
  count(partition: string, what: string, bound: Bound, people?: readonly string[]): Promise<void>;
}

/** Two days: long enough for the day to have ended on every clock. */
const keptSeconds = 2 * daySeconds;

/** Returns one person's share of a bound. */
const shareOf = (most: number): number => Math.ceil(most / 3);

export const dailyLimits = (table: Table): DailyLimits => {
  const countOne = async (partition: string, what: string, { most, code, said }: Bound): Promise<void> => {
    const now = table.now();
    const counted = await table.update(
      { pk: partition, sk: `DAILY#${what}#${dayOf(now)}` },
      {
        UpdateExpression: 'SET #count = if_not_exists(#count, :none) + :one, #type = :type, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
        ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl', '#type': 'type' },
        ExpressionAttributeValues: {
          ':none': 0,
          ':one': 1,
          ':most': most,
          ':type': 'daily_count',
          ':ttl': timeToLive(now, keptSeconds),
        },
      },
    );
    if (counted) return;
    const secondsLeft = Math.ceil((dayMs - (now.getTime() % dayMs)) / 1000);
    throw new DomainError('rate-limited', code, said, { headers: { 'Retry-After': String(secondsLeft) } });
  };
  return {
    async count(partition, what, bound, people = []) {
      const most = shareOf(bound.most);
      // The caller's own share is checked first, so that flooding takes nothing from colleagues.
      for (const person of people) {
        const said = `You have used your share of this limit of the workspace: ${most} per UTC day. Try again tomorrow.`;
        await countOne(partition, `${what}#${person}`, { ...bound, most, said });
      }
      await countOne(partition, what, bound);
    },
  };
};
