import { setTimeout as sleep } from 'node:timers/promises';
import { referenceRetries } from '#shared/events/reference.ts';
import { lazy } from '#shared/lazy.ts';
import type { Table } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { campaignStore } from './store/campaigns.ts';

/** The dependencies on AWS. */
export const openDeps = (table: Table, env: Pick<Environment, 'SETTLE_SECONDS'>): Deps => ({
  campaigns: campaignStore(table),
  plans: lazy(async () => (await import('./store/plans.ts')).planStore(table)),
  slots: lazy(async () => (await import('./store/slots.ts')).slotStore(table)),
  checks: lazy(async () => (await import('./store/checks.ts')).checkStore(table)),
  experiments: lazy(async () => (await import('./store/experiments.ts')).experimentStore(table)),
  posts: lazy(async () => (await import('./store/known-posts.ts')).knownPostStore(table)),
  content: lazy(async () => (await import('./store/known-content.ts')).knownContentStore(table)),
  times: lazy(async () => (await import('./store/account-times.ts')).accountTimeStore(table)),
  passes: lazy(async () => (await import('./store/passes.ts')).passStore(table)),
  automations: lazy(async () => (await import('./store/automations.ts')).automationStore(table)),
  runs: lazy(async () => (await import('./store/automation-runs.ts')).automationRunStore(table)),
  loops: lazy(async () => (await import('./store/automation-loops.ts')).automationLoopStore(table)),
  automationStops: lazy(async () => (await import('./store/automation-stops.ts')).automationStopStore(table)),
  recentEvents: lazy(async () => (await import('./store/recent-events.ts')).recentEventStore(table)),
  now: table.now,
  sleep,
  settleMs: env.SETTLE_SECONDS * 1000,
  patience: referenceRetries,
});
