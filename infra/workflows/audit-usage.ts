import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, ownCorrelationId, type State, type StateMachineDefinition } from './task.ts';

/**
 * Recalculates X costs from the ledger several times a day, and corrects the counts of posts whose process died before
 * it had written its intent. Differences are checked twice, two minutes apart, by when no process is still in between.
 */
export const auditUsage = (functions: { accounts: string }): StateMachineDefinition => {
  const correlationId = ownCorrelationId;
  const step = (task: string, input: Record<string, unknown>, resultPath: string | null): State =>
    contextTask({ handler: functions.accounts, task, input, resultPath, correlationId });
  return {
    Comment: 'Corrects the X API usage from its ledger',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { page: { next: 0 } }, Next: 'Doubtful' },
      Doubtful: { ...step(tasks.doubtfulUsages, { 'from.$': '$.page.next' }, '$.page'), Next: 'WaitUntilSettled' },
      WaitUntilSettled: { Type: 'Wait', Seconds: 120, Next: 'EachDoubt' },
      EachDoubt: {
        Type: 'Map',
        ItemsPath: '$.page.doubts',
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Correct',
          States: {
            Correct: {
              ...step(
                tasks.correctUsage,
                { 'workspaceId.$': '$.workspaceId', 'moves.$': '$.moves', 'sums.$': '$.sums' },
                null,
              ),
              End: true,
            },
          },
        },
        ResultPath: null,
        Next: 'IsMore',
      },
      IsMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.page.next', IsNull: false, Next: 'Doubtful' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
};
