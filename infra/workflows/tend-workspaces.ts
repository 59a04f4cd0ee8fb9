import { tasks } from '../../functions/users/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/**
 * Deletes the workspaces whose time of grace is over, step by step. One that cannot be deleted now keeps no other from
 * it, and the next look goes on where this one stopped.
 */
export const tendWorkspaces = (functions: { users: string }): StateMachineDefinition => {
  // A look begins with itself: its execution's name is the correlation id.
  const correlationId = '$$.Execution.Name';
  return {
    Comment: 'Deletes workspaces whose deletion is due',
    StartAt: 'FindDue',
    States: {
      FindDue: {
        ...contextTask({
          handler: functions.users,
          task: tasks.dueWorkspaces,
          input: {},
          resultPath: '$.found',
          correlationId,
        }),
        Next: 'EachWorkspace',
      },
      EachWorkspace: {
        Type: 'Map',
        ItemsPath: '$.found.workspaces',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Erase',
          States: {
            Erase: {
              ...contextTask({
                handler: functions.users,
                task: tasks.eraseWorkspace,
                input: { 'workspaceId.$': '$.workspaceId' },
                resultPath: '$.step',
                correlationId,
              }),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'LeftForTheNextLook' }],
              Next: 'IsThereMore',
            },
            IsThereMore: {
              Type: 'Choice',
              Choices: [{ Variable: '$.step.outcome', StringEquals: 'more', Next: 'Erase' }],
              Default: 'Erased',
            },
            Erased: { Type: 'Pass', End: true },
            LeftForTheNextLook: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        End: true,
      },
    },
  };
};
