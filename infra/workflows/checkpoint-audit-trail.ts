import { tasks } from '#functions/users/contract.ts';
import { contextTask, ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Verifies the chain of each audit trail, signs a checkpoint of the month that ended, and removes events past the
 * workspace's retention. A workspace that fails does not delay the others.
 */
export const checkpointAuditTrail = (functions: { users: string }): StateMachineDefinition => {
  const handler = functions.users;
  const correlationId = ownCorrelationId;
  return {
    Comment: 'Signs a checkpoint of each audit trail once a month, and removes events past their retention',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { next: null }, ResultPath: '$.page', Next: 'Trails' },
      Trails: {
        ...contextTask({
          handler,
          task: tasks.trails,
          input: { 'next.$': '$.page.next' },
          resultPath: '$.page',
          correlationId,
        }),
        Next: 'EachTrail',
      },
      EachTrail: {
        Type: 'Map',
        ItemsPath: '$.page.trails',
        MaxConcurrency: 5,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'CheckpointTrail',
          States: {
            ...untilDone({
              name: 'CheckpointTrail',
              step: {
                handler,
                task: tasks.checkpointTrail,
                input: { 'workspaceId.$': '$.workspaceId', 'place.$': '$.progress.place' },
                resultPath: '$.progress',
                correlationId,
              },
              giveUp: 'LeftForTheNextRun',
              next: 'Checkpointed',
            }),
            Checkpointed: { Type: 'Succeed' },
            LeftForTheNextRun: { Type: 'Pass', End: true },
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
