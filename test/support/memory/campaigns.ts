import type { Deps } from '#functions/campaigns/deps.ts';
import { campaignStore } from '#functions/campaigns/store/campaigns.ts';
import { knownPostStore } from '#functions/campaigns/store/known-posts.ts';
import { slotStore } from '#functions/campaigns/store/slots.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** What campaigns needs, with its own stores over a table in memory. */
export type MemoryCampaigns = Deps & MemoryTable;

export const memoryCampaigns = (now: Clock): MemoryCampaigns => {
  const memory = memoryTable(now);
  const { table } = memory;
  return {
    ...memory,
    now,
    patience: { totalMs: 0, everyMs: 1 },
    campaigns: campaignStore(table),
    slots: slotStore(table),
    posts: knownPostStore(table),
  };
};
