import { tasks } from '#functions/users/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/** Writes the file of an export of audit events, part by part. */
export const exportAudit = (functions: { users: string }): StateMachineDefinition => {
  const ofExport = { 'workspaceId.$': '$.workspaceId', 'exportId.$': '$.entityId' };
  return {
    Comment: 'Writes audit events to a file, part by part',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { isMore: true, upload: null }, ResultPath: '$.written', Next: 'WritePart' },
      WritePart: {
        ...contextTask({
          handler: functions.users,
          task: tasks.exportAudit,
          input: { ...ofExport, 'upload.$': '$.written.upload' },
          resultPath: '$.written',
        }),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'GiveUp' }],
        Next: 'IsMore',
      },
      IsMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.written.isMore', BooleanEquals: true, Next: 'WritePart' }],
        Default: 'Done',
      },
      GiveUp: {
        ...contextTask({ handler: functions.users, task: tasks.giveUpExport, input: ofExport, resultPath: null }),
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'ExportFailed', Cause: 'The file could not be written; the export says so.' },
      Done: { Type: 'Succeed' },
    },
  };
};
