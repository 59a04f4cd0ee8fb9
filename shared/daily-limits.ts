import type { Bound } from './bound.ts';
import { DomainError } from './errors.ts';
import type { Table } from './table.ts';
import { dayMs, dayOf, daySeconds, timeToLive } from './time.ts';

export interface DailyLimits {
  /**
   * Counts one more of the UTC day, before it is done: of those who ask at once no more than allowed get through.
   * @param partition of whom it is counted: the workspace, or the person's own things
   * @param people who ask, or answer for the machine that does: each has a third of the workspace's limit, so that one
   * person cannot use it all up
   * @throws DomainError `rate-limited` with the bound's code, and when the next day begins
   */
  count(partition: string, what: string, bound: Bound, people?: readonly string[]): Promise<void>;
}

/** A day's count is of no use once the day has ended in every clock's view. */
const keptSeconds = 2 * daySeconds;

/** What one of several people may have of a bound. */
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
      // What is the caller's own is asked first: who floods takes nothing from colleagues.
      for (const person of people) {
        const said = `You have used your share of this limit of the workspace: ${most} per UTC day. Try again tomorrow.`;
        await countOne(partition, `${what}#${person}`, { ...bound, most, said });
      }
      await countOne(partition, what, bound);
    },
  };
};
