import { tasks } from '#functions/campaigns/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Resumes the runs of automations whose execution was lost. */
export const resumeAutomationRuns = (functions: { campaigns: string }): StateMachineDefinition => ({
  Comment: 'Resumes the runs of automations that stand still',
  StartAt: 'Resume',
  States: {
    ...untilDone({
      name: 'Resume',
      step: {
        handler: functions.campaigns,
        task: tasks.resumeAutomationRuns,
        input: {},
        resultPath: '$.done',
        correlationId: ownCorrelationId,
      },
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
