import * as z from 'zod';
import { LinkClicks, Reading } from '#events/reading.ts';
import { AccountId, PostId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import { checkDay } from '../alerts/check-thresholds.ts';
import type { Deps } from '../deps.ts';
import { rollUp } from '../domain/roll-up.ts';
import { SweepProgress } from '../domain/sweep-progress.ts';
import { tasks as names } from '../task-names.ts';
import { duePage } from './due-batches.ts';
import { recomputeDays } from './recompute-days.ts';
import { recordReadings } from './record-readings.ts';

/** Limits of a page: its state stays under 256 KB, `maxPages` pages under 25,000 events (AWS Step Functions quotas). */
const pageLimits = { xPosts: 1_000, cohorts: 100 };

/** Pages that one execution processes; the next sweep continues. */
const maxPages = 8;

const Day = z.object({ workspaceId: WorkspaceId, day: z.iso.date() });

/** The steps of `sweep-metrics` and `recompute-metrics` that this context carries out. */
export const collectTasks = (deps: Deps): Task[] => [
  task(
    names.dueBatches,
    z.object({
      page: z.int().min(0),
      limits: z.object({ xPosts: z.int().min(1), cohorts: z.int().min(1) }).default(pageLimits),
    }),
    async ({ page, limits }, { execution }) => ({ ...(await duePage(deps, execution, limits)), page: page + 1 }),
  ),
  task(
    names.recordSnapshots,
    z.object({
      workspaceId: WorkspaceId,
      accountId: AccountId,
      postIds: z.array(PostId).min(1).max(100),
      read: Reading,
      clicks: LinkClicks.default([]),
    }),
    async (lookUp, origin) => ({ outcome: 'recorded', snapshots: await recordReadings(deps, lookUp, origin) }),
  ),
  task(names.rollUpDay, Day, async ({ workspaceId, day }, origin) => {
    const batches = await deps.readings.ofDay(workspaceId, day);
    const { metricsDays } = await deps.retention.of(workspaceId);
    const written = await deps.rollUps.save(workspaceId, day, rollUp(batches), metricsDays);
    await checkDay(deps, workspaceId, day, origin);
    return { outcome: 'rolled_up', written };
  }),
  task(
    names.recomputeDays,
    z.object({ workspaceId: WorkspaceId, next: z.string().max(10).default('') }),
    async ({ workspaceId, next }) => ({ next: await recomputeDays(deps, workspaceId, next) }),
  ),
  // Only this marks the page as done: a page that was interrupted before is returned again.
  task(
    names.closePage,
    z.object({
      page: z.int().min(1),
      outcome: z.enum(['more', 'done']),
      progress: SweepProgress,
      deferred: z.array(z.object({ pk: z.string(), sk: z.string() })),
    }),
    async ({ page, outcome, progress, deferred }, { execution }) => {
      if (!(await deps.sweeps.advance(execution, progress))) return { isMore: false };
      await Promise.all(deferred.map((key) => deps.deferred.remove(key)));
      const isMore = outcome === 'more' && page < maxPages;
      if (!isMore) await deps.sweeps.end(execution);
      return { isMore };
    },
  ),
  task(names.endSweep, z.object({}), async (_, { execution }) => {
    await deps.sweeps.end(execution);
    return { outcome: 'ended' };
  }),
];
