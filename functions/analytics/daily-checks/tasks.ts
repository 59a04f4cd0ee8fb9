import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import { loggable } from '#shared/observability.ts';
import { shards } from '#shared/shards.ts';
import { checkThresholds } from '../alerts/check-thresholds.ts';
import type { Deps } from '../deps.ts';
import { findInsights } from '../insights/find-insights.ts';
import { trackGoals } from '../insights/track-goals.ts';
import { type FoundSubject, SubjectPlace } from '../store/daily-subjects.ts';
import { tasks as names } from '../task-names.ts';

/** Subjects that one call checks, and ms after which it begins no other: the function times out after 29 seconds. */
const partSize = 20;
const partMs = 5_000;

/** The step of `run-daily-checks` that this context carries out. */
export const dailyCheckTasks = (deps: Deps): Task[] => [
  task(
    names.runDailyChecks,
    z.object({ next: SubjectPlace, hasFailed: z.boolean() }),
    async ({ next, hasFailed }, origin) => {
      const part = await checkPart(deps, next, origin);
      return { next: part.next, hasFailed: hasFailed || part.failed > 0 };
    },
  ),
];

/**
 * Checks the next subjects. A failure does not stop the others: it is logged and counted, and the subject is checked
 * again tomorrow.
 * @returns where to continue, null when all are done; and how many failed
 */
const checkPart = async (deps: Deps, { shard, after }: SubjectPlace, author: Author) => {
  const start = deps.now().getTime();
  const found = await deps.subjects.next({ shard, after }, partSize);
  let place: SubjectPlace | undefined;
  let failed = 0;
  for (const subject of found) {
    if (deps.now().getTime() - start > partMs) break;
    try {
      await check(deps, subject, author);
    } catch (error) {
      failed += 1;
      deps.log.error('daily check failed', { subject: subject.place.after, error: loggable(error) });
    }
    place = subject.place;
  }
  return { next: place ?? nextShard(shard), failed };
};

const nextShard = (shard: number): SubjectPlace | null =>
  shard + 1 < shards.length ? { shard: shard + 1, after: '' } : null;

const check = async (deps: Deps, { workspaceId, subject }: FoundSubject, author: Author): Promise<void> => {
  switch (subject.type) {
    case 'account':
      return findInsights(deps, { workspaceId, accountId: subject.accountId }, author);
    case 'campaign':
      return trackGoals(deps, { workspaceId, campaignId: subject.campaignId }, author);
    case 'alerts': {
      const settings = await deps.alerts.findSettings(workspaceId, subject.personId);
      if (settings) await checkThresholds(deps, settings, author);
    }
  }
};
