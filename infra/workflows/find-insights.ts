import { tasks } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Looks at every account, every goal and every limit once, some at a time. One that fails does not stop the others: the
 * execution fails in the end.
 */
export const findInsights = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Searches posts for insights, tracks goals and checks limits',
  StartAt: 'BeginFind',
  States: {
    ...untilDone({
      name: 'Find',
      begin: { next: { shard: 0, after: '' }, hasFailed: false },
      step: {
        handler: functions.analytics,
        task: tasks.findInsights,
        input: { 'next.$': '$.found.next', 'hasFailed.$': '$.found.hasFailed' },
        resultPath: '$.found',
        correlationId: ownCorrelationId,
      },
      more: 'next',
      next: 'HaveSomeFailed',
    }),
    HaveSomeFailed: {
      Type: 'Choice',
      Choices: [{ Variable: '$.found.hasFailed', BooleanEquals: true, Next: 'Failed' }],
      Default: 'Done',
    },
    Failed: {
      Type: 'Fail',
      Error: 'InsightsFailed',
      Cause: 'Some accounts, goals or limits could not be looked at; the log of analytics names them.',
    },
    Done: { Type: 'Succeed' },
  },
});
