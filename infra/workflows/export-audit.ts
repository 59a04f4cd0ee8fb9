import { tasks } from '#functions/users/contract.ts';
import type { StateMachineDefinition } from './task.ts';
import { givingUp, untilDone } from './until-done.ts';

/** Writes the file of an audit export, part by part. */
export const exportAudit = (functions: { users: string }): StateMachineDefinition => {
  const handler = functions.users;
  const onExport = { 'workspaceId.$': '$.workspaceId', 'exportId.$': '$.entityId' };
  return {
    Comment: 'Writes audit events to a file, part by part',
    StartAt: 'BeginWritePart',
    States: {
      ...untilDone({
        name: 'WritePart',
        begin: { upload: null },
        step: {
          handler,
          task: tasks.exportAudit,
          input: { ...onExport, 'upload.$': '$.written.upload' },
          resultPath: '$.written',
        },
        giveUp: 'GiveUp',
        next: 'Done',
      }),
      ...givingUp({
        step: { handler, task: tasks.giveUpExport, input: onExport },
        error: 'ExportFailed',
        cause: 'The file could not be written; the export says so.',
      }),
      Done: { Type: 'Succeed' },
    },
  };
};
