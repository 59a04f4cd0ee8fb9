import { tasks } from '#functions/users/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

/**
 * Looks after the audit trails: follows each chain and signs a checkpoint of the month that ended, and removes what a
 * workspace keeps no longer. One workspace's trouble keeps no other from being looked after.
 */
export const tendAudit = (functions: { users: string }): StateMachineDefinition => {
  // A look begins with itself: its execution's name is the correlation id.
  const correlationId = '$$.Execution.Name';
  const step = (task: string, input: Record<string, unknown>, resultPath: string): State =>
    contextTask({ handler: functions.users, task, input, resultPath, correlationId });
  return {
    Comment: 'Signs a checkpoint of each audit trail once a month and removes what is kept no longer',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { next: null }, ResultPath: '$.page', Next: 'Trails' },
      Trails: { ...step(tasks.trails, { 'next.$': '$.page.next' }, '$.page'), Next: 'EachTrail' },
      EachTrail: {
        Type: 'Map',
        ItemsPath: '$.page.trails',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'Tend',
          States: {
            Tend: {
              ...step(tasks.tendTrail, { 'workspaceId.$': '$.workspaceId', 'place.$': '$.tended.place' }, '$.tended'),
              Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'LeftForTheNextLook' }],
              Next: 'IsMoreToDo',
            },
            IsMoreToDo: {
              Type: 'Choice',
              Choices: [{ Variable: '$.tended.isMore', BooleanEquals: true, Next: 'Tend' }],
              Default: 'Tended',
            },
            Tended: { Type: 'Succeed' },
            LeftForTheNextLook: { Type: 'Pass', End: true },
          },
        },
        ResultPath: null,
        Next: 'AreMoreTrails',
      },
      AreMoreTrails: {
        Type: 'Choice',
        Choices: [{ Variable: '$.page.next', IsNull: false, Next: 'Trails' }],
        Default: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
};
