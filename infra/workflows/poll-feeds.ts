import { tasks } from '#functions/platform/contract.ts';
import { ownCorrelationId, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/** Polls the feeds that are due; their new items become events. */
export const pollFeeds = (functions: { platform: string }): StateMachineDefinition => ({
  Comment: 'Reads the feeds that are due',
  StartAt: 'PollFeeds',
  States: {
    ...untilDone({
      name: 'PollFeeds',
      step: {
        handler: functions.platform,
        task: tasks.pollFeeds,
        input: {},
        resultPath: '$.done',
        correlationId: ownCorrelationId,
      },
      next: 'Done',
    }),
    Done: { Type: 'Succeed' },
  },
});
