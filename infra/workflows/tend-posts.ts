import { tasks } from '#functions/posts/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/**
 * Reminds of approvals that are missing, and looks after posts whose time has come and that nobody brings out. One that cannot be helped now keeps no other from
 * being helped, and the next look finds it again.
 */
export const tendPosts = (functions: { posts: string }): StateMachineDefinition => {
  // A look begins with itself: its execution's name is the correlation id.
  const correlationId = '$$.Execution.Name';
  return {
    Comment: 'Sets posts going again that are due and that no execution brings out',
    StartAt: 'FindOverdue',
    States: {
      FindOverdue: {
        ...contextTask({
          handler: functions.posts,
          task: tasks.findOverdue,
          input: {},
          resultPath: '$.found',
          correlationId,
        }),
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
            Revive: {
              ...contextTask({
                handler: functions.posts,
                task: tasks.revive,
                input: { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.postId' },
                resultPath: null,
                correlationId,
              }),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'LeftForTheNextLook' }],
              End: true,
            },
            LeftForTheNextLook: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'RemindOfApprovals',
      },
      RemindOfApprovals: {
        ...contextTask({
          handler: functions.posts,
          task: tasks.remindOfApprovals,
          input: {},
          resultPath: null,
          correlationId,
        }),
        End: true,
      },
    },
  };
};
