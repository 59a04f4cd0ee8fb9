import type { Deps } from '#functions/analytics/deps.ts';
import { openDeps } from '#functions/analytics/open-deps.ts';
import type { Table } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** What analytics needs, with its own stores over a table in memory. */
export type MemoryAnalytics = Deps &
  MemoryTable & {
    /** What was logged as an error. */
    errors: unknown[];
  };

/** @param through the table as the stores see it */
export const memoryAnalytics = (now: Clock, through: (table: Table) => Table = (table) => table): MemoryAnalytics => {
  const memory = memoryTable(now);
  const errors: unknown[] = [];
  const log = { error: (...said: unknown[]) => void errors.push(said) };
  return { ...memory, ...openDeps(through(memory.table)), log, errors };
};
