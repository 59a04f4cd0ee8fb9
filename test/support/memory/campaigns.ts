import type { Deps } from '#functions/campaigns/deps.ts';
import { openDeps } from '#functions/campaigns/open-deps.ts';
import { accountTimeStore } from '#functions/campaigns/store/account-times.ts';
import { automationLoopStore } from '#functions/campaigns/store/automation-loops.ts';
import { automationRunStore } from '#functions/campaigns/store/automation-runs.ts';
import { automationStopStore } from '#functions/campaigns/store/automation-stops.ts';
import { automationStore } from '#functions/campaigns/store/automations.ts';
import { checkStore } from '#functions/campaigns/store/checks.ts';
import { experimentStore } from '#functions/campaigns/store/experiments.ts';
import { knownContentStore } from '#functions/campaigns/store/known-content.ts';
import { knownPostStore } from '#functions/campaigns/store/known-posts.ts';
import { passStore } from '#functions/campaigns/store/passes.ts';
import { planStore } from '#functions/campaigns/store/plans.ts';
import { recentEventStore } from '#functions/campaigns/store/recent-events.ts';
import { slotStore } from '#functions/campaigns/store/slots.ts';
import type { Clock } from '#shared/time.ts';
import { type MemoryTable, memoryTable } from './table.ts';

/** The dependencies of campaigns, with its own stores on an in-memory table. */
export type MemoryCampaigns = Deps & MemoryTable;

export const memoryCampaigns = (now: Clock): MemoryCampaigns => {
  const memory = memoryTable(now);
  const { table } = memory;
  // On AWS they are imported lazily; a simulated clock would take waiting for an import for idleness.
  const loaded = {
    automationStops: automationStopStore(table),
    automations: automationStore(table),
    checks: checkStore(table),
    content: knownContentStore(table),
    experiments: experimentStore(table),
    loops: automationLoopStore(table),
    passes: passStore(table),
    plans: planStore(table),
    posts: knownPostStore(table),
    recentEvents: recentEventStore(table),
    runs: automationRunStore(table),
    slots: slotStore(table),
    times: accountTimeStore(table),
  };
  const waits = { patience: { totalMs: 0, everyMs: 1 }, sleep: async () => undefined };
  return { ...memory, ...openDeps(table, { SETTLE_SECONDS: 15 }), ...loaded, ...waits };
};
