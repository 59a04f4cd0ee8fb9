import { tasks as analytics } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Recalculates the metrics of a workspace from all readings, some days at a time. An operator starts it with `{
 * "workspaceId": "wsp_..." }`; sweeps can run meanwhile.
 */
export const recomputeMetrics = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Adds up the metrics of a workspace again',
  StartAt: 'BeginRecomputeDays',
  States: {
    ...untilDone({
      name: 'RecomputeDays',
      begin: { next: '' },
      step: {
        handler: functions.analytics,
        task: analytics.recomputeDays,
        input: { 'workspaceId.$': '$.workspaceId', 'next.$': '$.days.next' },
        resultPath: '$.days',
        correlationId: ownCorrelationId,
      },
      more: 'next',
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
