import * as z from 'zod';
import { AutomationOrder, CampaignStep, StepOutcome } from '#events/automation-steps.ts';
import { AutomationRunId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';
import { advance } from './advance.ts';
import { carryOutForAutomation } from './carry-out.ts';
import { startDueAutomations } from './due-automations.ts';
import { resumeRuns } from './resume-runs.ts';

const Met = z.union([StepOutcome, z.object({ outcome: z.enum(['begun', 'awake', 'fault']) })]);

const Advance = z.object({
  workspaceId: WorkspaceId,
  runId: AutomationRunId,
  met: Met,
  metStep: z.string().nullable(),
});

/** Tasks of `run-automation` and of the schedules that start automations and resume runs. */
export const automationTasks = (deps: Deps): Task[] => [
  task(names.advanceAutomation, Advance, async (asked, { execution }) => advance(deps, asked, execution)),
  task(
    names.actForAutomation,
    z.object({ order: AutomationOrder, step: CampaignStep }),
    async ({ order, step }, { correlationId }) => carryOutForAutomation(deps, order, step, correlationId),
  ),
  task(names.resumeAutomationRuns, z.object({}), async () => resumeRuns(deps)),
  task(names.startDueAutomations, z.object({}), async (_, origin) => startDueAutomations(deps, origin)),
];
