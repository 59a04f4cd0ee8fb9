import { tasks } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Requests the saved reports that are due; each starts its own execution. */
export const requestDueReports = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Requests the saved reports that are due',
  StartAt: 'RequestDue',
  States: {
    ...untilDone({
      name: 'RequestDue',
      step: {
        handler: functions.analytics,
        task: tasks.requestDueReports,
        input: {},
        resultPath: '$.done',
        correlationId: ownCorrelationId,
      },
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
