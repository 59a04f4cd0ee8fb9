import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { contextTask, orElse, ownCorrelationId, type StateMachineDefinition } from './task.ts';

/**
 * Reads the metrics of every due post from X, page by page and account by account, and adds them up, with the clicks on
 * their short links. Neither an account that cannot be read nor missing clicks stop the others; the next sweep repeats
 * an interrupted page.
 */
export const sweepMetrics = (functions: {
  accounts: string;
  analytics: string;
  posts: string;
}): StateMachineDefinition => {
  const correlationId = ownCorrelationId;
  const onBatch = {
    'workspaceId.$': '$.workspaceId',
    'accountId.$': '$.accountId',
  };
  return {
    Comment: 'Reads the metrics of published posts from X',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { page: 0 }, ResultPath: '$.due', Next: 'DueBatches' },
      DueBatches: {
        ...orElse(
          contextTask({
            handler: functions.analytics,
            task: analytics.dueBatches,
            input: { 'page.$': '$.due.page' },
            resultPath: '$.due',
            correlationId,
          }),
          'EndSweep',
        ),
        Next: 'IsAnotherSweeping',
      },
      IsAnotherSweeping: {
        Type: 'Choice',
        Choices: [{ Variable: '$.due.outcome', StringEquals: 'busy', Next: 'Done' }],
        Default: 'EachBatch',
      },
      EachBatch: {
        ...orElse({ Type: 'Map' }, 'EndSweep'),
        ItemsPath: '$.due.batches',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'ReadPosts',
          States: {
            ReadPosts: {
              ...orElse(
                contextTask({
                  handler: functions.accounts,
                  task: accounts.readPosts,
                  input: { ...onBatch, 'xPostIds.$': '$.xPostIds' },
                  resultPath: '$.read',
                  correlationId,
                }),
                'NotRead',
              ),
              Next: 'ReadLinkClicks',
            },
            NotRead: { Type: 'Pass', Result: { outcome: 'refused' }, ResultPath: '$.read', Next: 'NotCounted' },
            ReadLinkClicks: {
              ...orElse(
                contextTask({
                  handler: functions.posts,
                  task: posts.readLinkClicks,
                  input: { 'workspaceId.$': '$.workspaceId', 'postIds.$': '$.postIds' },
                  resultPath: '$.counted',
                  correlationId,
                }),
                'NotCounted',
              ),
              Next: 'RecordSnapshots',
            },
            NotCounted: { Type: 'Pass', Result: { clicks: [] }, ResultPath: '$.counted', Next: 'RecordSnapshots' },
            RecordSnapshots: {
              ...contextTask({
                handler: functions.analytics,
                task: analytics.recordSnapshots,
                input: { ...onBatch, 'postIds.$': '$.postIds', 'read.$': '$.read', 'clicks.$': '$.counted.clicks' },
                resultPath: null,
                correlationId,
              }),
              End: true,
            },
          },
        },
        ResultPath: null,
        Next: 'EachDay',
      },
      EachDay: {
        ...orElse({ Type: 'Map' }, 'EndSweep'),
        ItemsPath: '$.due.days',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'RollUpDay',
          States: {
            RollUpDay: {
              ...contextTask({
                handler: functions.analytics,
                task: analytics.rollUpDay,
                input: { 'workspaceId.$': '$.workspaceId', 'day.$': '$.day' },
                resultPath: null,
                correlationId,
              }),
              End: true,
            },
          },
        },
        ResultPath: null,
        Next: 'ClosePage',
      },
      ClosePage: {
        ...orElse(
          contextTask({
            handler: functions.analytics,
            task: analytics.closePage,
            input: {
              'page.$': '$.due.page',
              'outcome.$': '$.due.outcome',
              'progress.$': '$.due.progress',
              'deferred.$': '$.due.deferred',
            },
            resultPath: '$.closed',
            correlationId,
          }),
          'EndSweep',
        ),
        Next: 'IsThereMore',
      },
      IsThereMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.closed.isMore', BooleanEquals: true, Next: 'DueBatches' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
      // Releases the lease, so that the next sweep need not wait for it to expire.
      EndSweep: {
        ...contextTask({
          handler: functions.analytics,
          task: analytics.endSweep,
          input: {},
          resultPath: null,
          correlationId,
        }),
        Next: 'BrokenOff',
      },
      BrokenOff: { Type: 'Fail', Error: 'SweepBrokenOff', Cause: 'A step failed in all its tries' },
    },
  };
};
