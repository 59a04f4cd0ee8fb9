import { tasks as analytics } from '#functions/analytics/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, orElse, type StateMachineDefinition } from './task.ts';
import { givingUp, untilDone } from './until-done.ts';

/**
 * Creates the files of a report, one after another, in a bucket. Executions carry only ids, sizes, a name and a colour.
 */
export const makeReport = (functions: { users: string; analytics: string }): StateMachineDefinition => {
  const handler = functions.analytics;
  const ofWorkspace = { 'workspaceId.$': '$.workspaceId' };
  const onReport = { ...ofWorkspace, 'reportId.$': '$.entityId' };
  const described = contextTask({
    handler: functions.users,
    task: users.describeWorkspace,
    input: ofWorkspace,
    resultPath: '$.workspace',
  });
  return {
    Comment: 'Makes the files of a report, one after the other',
    StartAt: 'DescribeWorkspace',
    States: {
      DescribeWorkspace: { ...orElse(described, 'GiveUp'), Next: 'BeginMakeFile' },
      ...untilDone({
        name: 'MakeFile',
        begin: { made: [] },
        step: {
          handler,
          task: analytics.makeReport,
          input: { ...onReport, 'workspace.$': '$.workspace', 'made.$': '$.done.made' },
          resultPath: '$.done',
        },
        giveUp: 'GiveUp',
        next: 'Done',
      }),
      ...givingUp({
        step: { handler, task: analytics.giveUpReport, input: onReport },
        error: 'ReportFailed',
        cause: 'The report could not be made; it says so itself.',
      }),
      Done: { Type: 'Succeed' },
    },
  };
};
