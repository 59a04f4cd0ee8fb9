import { tasks } from '#functions/posts/contract.ts';
import { contextTask, orElse, ownCorrelationId, type StateMachineDefinition } from './task.ts';

/**
 * Restarts posts that are due but that no execution publishes, and sends reminders of missing approvals. A post that
 * cannot be recovered now does not delay the others; the next run finds it again.
 */
export const recoverOverduePosts = (functions: { posts: string }): StateMachineDefinition => {
  const handler = functions.posts;
  const correlationId = ownCorrelationId;
  const onPost = { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.postId' };
  const revive = contextTask({ handler, task: tasks.revive, input: onPost, resultPath: null, correlationId });
  return {
    Comment: 'Recovers posts that are due and that no execution publishes',
    StartAt: 'FindOverdue',
    States: {
      FindOverdue: {
        ...contextTask({ handler, task: tasks.findOverdue, input: {}, resultPath: '$.found', correlationId }),
        Next: 'EachPost',
      },
      EachPost: {
        Type: 'Map',
        ItemsPath: '$.found.posts',
        MaxConcurrency: 10,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Revive',
          States: {
            Revive: { ...orElse(revive, 'LeftForTheNextRun'), End: true },
            LeftForTheNextRun: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'RemindOfApprovals',
      },
      RemindOfApprovals: {
        ...contextTask({ handler, task: tasks.remindOfApprovals, input: {}, resultPath: null, correlationId }),
        End: true,
      },
    },
  };
};
