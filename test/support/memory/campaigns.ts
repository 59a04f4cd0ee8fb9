import type { Deps } from '#functions/campaigns/deps.ts';
import { openDeps } from '#functions/campaigns/open-deps.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** What campaigns needs, with its own stores over a table in memory. */
export type MemoryCampaigns = Deps & MemoryTable;

export const memoryCampaigns = (now: Clock): MemoryCampaigns => {
  const memory = memoryTable(now);
  const waits = { patience: { totalMs: 0, everyMs: 1 }, sleep: async () => undefined };
  return { ...memory, ...openDeps(memory.table, { SETTLE_SECONDS: 15 }), ...waits };
};
