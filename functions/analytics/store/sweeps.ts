import * as z from 'zod';
import type { Key, Table } from '#shared/table.ts';
import { instantAfter } from '#shared/time.ts';
import { SweepProgress } from '../domain/sweep-progress.ts';

/** Lets one execution of the stage at a time go through all posts, and stores how far it has come. */
export interface SweepStore {
  /**
   * Begins a sweep, or continues it, with a lease of `leaseMs`. Returns the progress so far; undefined while another
   * execution has the lease.
   */
  begin(execution: string, leaseMs: number): Promise<SweepProgress | undefined>;
  /** Records progress; false when another execution has taken over. */
  advance(execution: string, progress: SweepProgress): Promise<boolean>;
  /** Ends the sweep, so that the next one need not wait for the lease to expire. */
  end(execution: string): Promise<void>;
}

const isOurs = 'leasedBy = :execution';

const State = z.object({ progress: SweepProgress });

/** @param sk kind of sweep; each has its own lease and progress */
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
