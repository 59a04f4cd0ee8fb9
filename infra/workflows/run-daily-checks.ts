import { tasks } from '#functions/analytics/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Checks every account, goal and alert threshold once, some at a time. A failure does not stop the others, but fails the
 * execution in the end.
 */
export const runDailyChecks = (functions: { analytics: string }): StateMachineDefinition => ({
  Comment: 'Searches posts for insights, tracks goals and checks alert thresholds',
  StartAt: 'BeginCheck',
  States: {
    ...untilDone({
      name: 'Check',
      begin: { next: { shard: 0, after: '' }, hasFailed: false },
      step: {
        handler: functions.analytics,
        task: tasks.runDailyChecks,
        input: { 'next.$': '$.checked.next', 'hasFailed.$': '$.checked.hasFailed' },
        resultPath: '$.checked',
        correlationId: ownCorrelationId,
      },
      more: 'next',
      next: 'HaveSomeFailed',
    }),
    HaveSomeFailed: {
      Type: 'Choice',
      Choices: [{ Variable: '$.checked.hasFailed', BooleanEquals: true, Next: 'Failed' }],
      Default: 'Done',
    },
    Failed: {
      Type: 'Fail',
      Error: 'ChecksFailed',
      Cause: 'Some accounts, goals or alert thresholds could not be checked; the log of analytics names them.',
    },
    Done: { Type: 'Succeed' },
  },
});
