import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, ownCorrelationId, type StateMachineDefinition } from './task.ts';

/** Checks the X costs since the last run: publishes them for each workspace, and counts the app's posts of the day. */
export const tallyUsage = (functions: { accounts: string }): StateMachineDefinition => ({
  Comment: 'Publishes the X API cost of each workspace, and counts the posts of the app',
  StartAt: 'Tally',
  States: {
    Tally: {
      ...contextTask({
        handler: functions.accounts,
        task: tasks.tallyUsage,
        input: {},
        resultPath: null,
        correlationId: ownCorrelationId,
      }),
      End: true,
    },
  },
});
