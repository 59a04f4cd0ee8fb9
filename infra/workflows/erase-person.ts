import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Erases a person: first from every workspace, which can still be cancelled, then from other contexts, and finally
 * everything that identifies them. The result is stored with the tombstone, and is the output.
 */
export const erasePerson = (functions: { users: string; accounts: string }): StateMachineDefinition => {
  const whom = { 'workspaceId.$': '$.workspaceId', 'personId.$': '$.entityId' };
  return {
    Comment: 'Erases a person at their own request',
    StartAt: 'LeaveWorkspaces',
    States: {
      ...untilDone({
        name: 'LeaveWorkspaces',
        step: { handler: functions.users, task: users.leaveWorkspaces, input: whom, resultPath: '$.left' },
        more: 'outcome',
        on: { left: 'EraseConnections' },
        next: 'Done',
      }),
      EraseConnections: {
        ...contextTask({
          handler: functions.accounts,
          task: accounts.erasePerson,
          input: { 'personId.$': '$.entityId', 'workspaceIds.$': '$.left.workspaceIds' },
          resultPath: '$.accounts',
        }),
        Next: 'ErasePerson',
      },
      ErasePerson: {
        ...contextTask({
          handler: functions.users,
          task: users.erasePerson,
          input: { ...whom, 'connections.$': '$.accounts.connections' },
          resultPath: '$.users',
        }),
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  };
};
