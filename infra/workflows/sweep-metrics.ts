import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { contextTask, ownCorrelationId, type StateMachineDefinition } from './task.ts';

/**
 * Reads the metrics of every post that is due from X, account by account, and keeps them. A failure of one account is
 * recorded as an outcome and does not stop the others.
 */
export const sweepMetrics = (functions: { accounts: string; analytics: string }): StateMachineDefinition => {
  const correlationId = ownCorrelationId;
  const onBatch = {
    'workspaceId.$': '$.workspaceId',
    'accountId.$': '$.accountId',
  };
  return {
    Comment: 'Reads the metrics of published posts from X',
    StartAt: 'DueBatches',
    States: {
      DueBatches: {
        ...contextTask({
          handler: functions.analytics,
          task: analytics.dueBatches,
          input: {},
          resultPath: '$.due',
          correlationId,
        }),
        Next: 'EachBatch',
      },
      EachBatch: {
        Type: 'Map',
        ItemsPath: '$.due.batches',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'ReadPosts',
          States: {
            ReadPosts: {
              ...contextTask({
                handler: functions.accounts,
                task: accounts.readPosts,
                input: { ...onBatch, 'xPostIds.$': '$.xPostIds' },
                resultPath: '$.read',
                correlationId,
              }),
              Next: 'RecordSnapshots',
            },
            RecordSnapshots: {
              ...contextTask({
                handler: functions.analytics,
                task: analytics.recordSnapshots,
                input: { ...onBatch, 'postIds.$': '$.postIds', 'read.$': '$.read' },
                resultPath: null,
                correlationId,
              }),
              End: true,
            },
          },
        },
        ResultPath: null,
        End: true,
      },
    },
  };
};
