import * as z from 'zod';
import type { Key, Table } from '#shared/table.ts';
import { instantAfter } from '#shared/time.ts';
import { SweepProgress } from '../domain/sweep-progress.ts';

/** One execution of the stage at a time that goes through all posts, and how far they have come. */
export interface SweepStore {
  /**
   * Begins a sweep, or goes on with it: the progress so far; undefined while another execution is at it. Its lease lasts
   * for `leaseMs`.
   */
  begin(execution: string, leaseMs: number): Promise<SweepProgress | undefined>;
  /** Records progress; false when another execution has taken over. */
  advance(execution: string, progress: SweepProgress): Promise<boolean>;
  /** Ends it: the next one need not wait for the lease to run out. */
  end(execution: string): Promise<void>;
}

const isOurs = 'leasedBy = :execution';

const State = z.object({ progress: SweepProgress });

/** @param sk what they do: another one has its own lease and progress */
export const sweepStore = (table: Table, sk: 'PROGRESS' | 'CLOSING' = 'PROGRESS'): SweepStore => {
  const key: Key = { pk: 'SWEEP', sk };
  return {
    async begin(execution, leaseMs) {
      const now = table.now();
      const item = await table.update(key, {
        UpdateExpression:
          'SET leasedBy = :execution, leasedUntil = :until, #type = :type, progress = if_not_exists(progress, :none)',
        ConditionExpression: `attribute_not_exists(leasedUntil) OR leasedUntil <= :now OR ${isOurs}`,
        ExpressionAttributeNames: { '#type': 'type' },
        ExpressionAttributeValues: {
          ':execution': execution,
          ':until': instantAfter(now, leaseMs),
          ':now': now.toISOString(),
          ':type': 'sweep',
          ':none': {},
        },
      });
      return item && State.parse(item).progress;
    },
    async advance(execution, progress) {
      const made = Object.entries(progress);
      if (made.length === 0) return true;
      const item = await table.update(key, {
        UpdateExpression: `SET ${made.map((_, place) => `#progress.#${place} = :${place}`).join(', ')}`,
        ConditionExpression: isOurs,
        ExpressionAttributeNames: {
          '#progress': 'progress',
          ...Object.fromEntries(made.map(([name], place) => [`#${place}`, name])),
        },
        ExpressionAttributeValues: {
          ':execution': execution,
          ...Object.fromEntries(made.map(([, at], place) => [`:${place}`, at])),
        },
      });
      return item !== undefined;
    },
    async end(execution) {
      await table.update(key, {
        UpdateExpression: 'REMOVE leasedUntil',
        ConditionExpression: isOurs,
        ExpressionAttributeValues: { ':execution': execution },
      });
    },
  };
};
