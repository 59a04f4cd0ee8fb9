import { tasks } from '#functions/users/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/** Writes a compliance report: each step goes on where the one before stopped. */
export const reportCompliance = (functions: { users: string }): StateMachineDefinition => {
  const ofReport = { 'workspaceId.$': '$.workspaceId', 'reportId.$': '$.entityId' };
  return {
    Comment: 'Writes a compliance report, step by step',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { isMore: true, progress: null }, ResultPath: '$.done', Next: 'Work' },
      Work: {
        ...contextTask({
          handler: functions.users,
          task: tasks.reportCompliance,
          input: { ...ofReport, 'progress.$': '$.done.progress' },
          resultPath: '$.done',
        }),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'GiveUp' }],
        Next: 'IsMore',
      },
      IsMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.done.isMore', BooleanEquals: true, Next: 'Work' }],
        Default: 'Done',
      },
      GiveUp: {
        ...contextTask({
          handler: functions.users,
          task: tasks.giveUpComplianceReport,
          input: ofReport,
          resultPath: null,
        }),
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: 'ReportFailed', Cause: 'The report could not be written; it says so itself.' },
      Done: { Type: 'Succeed' },
    },
  };
};
