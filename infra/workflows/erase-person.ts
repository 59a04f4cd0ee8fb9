import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as users } from '#functions/users/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/**
 * Erases a person: out of every workspace first, which may still be called off, then what other contexts keep that is
 * theirs, and last all that tells who they were. What it did is kept with the tombstone, and is its output.
 */
export const erasePerson = (functions: { users: string; accounts: string }): StateMachineDefinition => {
  const whom = { 'workspaceId.$': '$.workspaceId', 'personId.$': '$.entityId' };
  return {
    Comment: 'Erases a person who asked for it',
    StartAt: 'LeaveWorkspaces',
    States: {
      LeaveWorkspaces: {
        ...contextTask({
          handler: functions.users,
          task: users.leaveWorkspaces,
          input: whom,
          resultPath: '$.left',
        }),
        Next: 'HaveTheyLeft',
      },
      HaveTheyLeft: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.left.outcome', StringEquals: 'more', Next: 'LeaveWorkspaces' },
          { Variable: '$.left.outcome', StringEquals: 'left', Next: 'EraseConnections' },
        ],
        Default: 'Done',
      },
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
