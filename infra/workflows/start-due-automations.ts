import { tasks } from '#functions/campaigns/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Starts the automations whose schedule is due. */
export const startDueAutomations = (functions: { campaigns: string }): StateMachineDefinition => ({
  Comment: 'Starts the automations that are due',
  StartAt: 'StartDue',
  States: {
    ...untilDone({
      name: 'StartDue',
      step: {
        handler: functions.campaigns,
        task: tasks.startDueAutomations,
        input: {},
        resultPath: '$.done',
        correlationId: ownCorrelationId,
      },
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
