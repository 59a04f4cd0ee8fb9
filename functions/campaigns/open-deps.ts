import { setTimeout as sleep } from 'node:timers/promises';
import { referenceRetries } from '#shared/events/reference.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { accountTimeStore } from './store/account-times.ts';
import { automationLoopStore } from './store/automation-loops.ts';
import { automationRunStore } from './store/automation-runs.ts';
import { automationStopStore } from './store/automation-stops.ts';
import { automationStore } from './store/automations.ts';
import { campaignStore } from './store/campaigns.ts';
import { checkStore } from './store/checks.ts';
import { experimentStore } from './store/experiments.ts';
import { knownContentStore } from './store/known-content.ts';
import { knownPostStore } from './store/known-posts.ts';
import { passStore } from './store/passes.ts';
import { planStore } from './store/plans.ts';
import { recentEventStore } from './store/recent-events.ts';
import { slotStore } from './store/slots.ts';

/** What this context needs, on AWS. */
export const openDeps = (table: Table, env: Pick<Environment, 'SETTLE_SECONDS'>): Deps => ({
  campaigns: campaignStore(table),
  plans: planStore(table),
  slots: slotStore(table),
  checks: checkStore(table),
  experiments: experimentStore(table),
  posts: knownPostStore(table),
  content: knownContentStore(table),
  times: accountTimeStore(table),
  passes: passStore(table),
  automations: automationStore(table),
  runs: automationRunStore(table),
  loops: automationLoopStore(table),
  automationStops: automationStopStore(table),
  recentEvents: recentEventStore(table),
  now: table.now,
  sleep,
  settleMs: env.SETTLE_SECONDS * 1000,
  patience: referenceRetries,
});
