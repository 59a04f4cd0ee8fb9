import { tasks } from '#functions/users/contract.ts';
import type { StateMachineDefinition } from './task.ts';
import { givingUp, untilDone } from './until-done.ts';

/** Writes a compliance report step by step; each step continues where the previous one stopped. */
export const reportCompliance = (functions: { users: string }): StateMachineDefinition => {
  const handler = functions.users;
  const onReport = { 'workspaceId.$': '$.workspaceId', 'reportId.$': '$.entityId' };
  return {
    Comment: 'Writes a compliance report, step by step',
    StartAt: 'BeginWritePart',
    States: {
      ...untilDone({
        name: 'WritePart',
        begin: { progress: null },
        step: {
          handler,
          task: tasks.reportCompliance,
          input: { ...onReport, 'progress.$': '$.done.progress' },
          resultPath: '$.done',
        },
        giveUp: 'GiveUp',
        next: 'Done',
      }),
      ...givingUp({
        step: { handler, task: tasks.giveUpComplianceReport, input: onReport },
        error: 'ReportFailed',
        cause: 'The report could not be written; it says so itself.',
      }),
      Done: { Type: 'Succeed' },
    },
  };
};
