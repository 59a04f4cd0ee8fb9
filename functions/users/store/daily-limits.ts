import type { Table } from '../../../shared/dynamo.ts';
import { timeToLive } from '../../../shared/time.ts';
import { dailyLimit, mostADay, type DailyLimited } from '../domain/daily-limit.ts';

export interface DailyLimits {
  /**
   * Counts one more of the UTC day, before it is done: of those who ask at once no more than allowed get through.
   * @param of the workspace, or the partition of the person's own things
   * @throws DomainError `daily_limit`
   */
  count(of: string, what: DailyLimited): Promise<void>;
}

/** A day's count is of no use when the day is over, wherever a clock stands. */
const keptSeconds = 2 * 24 * 60 * 60;

export const dailyLimits = (table: Table): DailyLimits => ({
  async count(of, what) {
    const now = table.now();
    const counted = await table.update(
      { pk: of, sk: `DAILY#${what}#${now.toISOString().slice(0, 10)}` },
      {
        UpdateExpression: 'SET #count = if_not_exists(#count, :none) + :one, #type = :type, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :most',
        ExpressionAttributeNames: { '#count': 'count', '#ttl': 'ttl', '#type': 'type' },
        ExpressionAttributeValues: {
          ':none': 0,
          ':one': 1,
          ':most': mostADay[what],
          ':type': 'daily_count',
          ':ttl': timeToLive(now, keptSeconds),
        },
      },
    );
    if (!counted) throw dailyLimit(what, now);
  },
});
