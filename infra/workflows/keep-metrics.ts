import { tasks } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Packs the readings of days that are no longer read, and deletes those past the workspaces' retention. */
export const keepMetrics = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Packs the readings of days that are final, and deletes what is past its retention',
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
      next: 'BeginApplyRetention',
    }),
    ...untilDone({
      name: 'ApplyRetention',
      begin: { next: '' },
      step: {
        handler: functions.analytics,
        task: tasks.applyRetention,
        input: { 'next.$': '$.retained.next' },
        resultPath: '$.retained',
        correlationId: ownCorrelationId,
      },
      more: 'next',
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
