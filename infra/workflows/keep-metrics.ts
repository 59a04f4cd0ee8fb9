import { tasks } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Packs the readings of days that nothing more is read of. */
export const keepMetrics = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Packs the readings of days that are final',
  StartAt: 'CloseDays',
  States: {
    ...untilDone({
      name: 'CloseDays',
      step: {
        handler: functions.analytics,
        task: tasks.closeDays,
        input: {},
        resultPath: '$.closed',
        correlationId: ownCorrelationId,
      },
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
