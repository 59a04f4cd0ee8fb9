import { tasks } from '#functions/accounts/contract.ts';
import { contextTask, ownCorrelationId, type StateMachineDefinition } from './task.ts';

/**
 * Looks at what X has cost since the last look: what is reported to each workspace, and what is left of the app's day.
 */
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
