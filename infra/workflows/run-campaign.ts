import { tasks } from '#functions/campaigns/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

/**
 * Carries out one run of a campaign: from its launch, resumption or change of plan (the event's detail is the input)
 * until each post is published or will not be. It first handles slots missed during a pause, then plans the slots of
 * the days ahead, window by window; posts publish themselves. A pause, a cancellation or a newer run ends it at its
 * next step.
 */
export const runCampaign = (functions: { campaigns: string }): StateMachineDefinition => {
  const onRun = { 'workspaceId.$': '$.workspaceId', 'campaignId.$': '$.entityId', 'run.$': '$.data.run' };
  const campaignTask = (task: string, input: Record<string, unknown>): State =>
    contextTask({ handler: functions.campaigns, task, input: { ...onRun, ...input }, resultPath: '$.step' });

  return {
    Comment: 'Plans the posts of a campaign and completes it when all are out',
    StartAt: 'CatchUp',
    States: {
      CatchUp: { ...campaignTask(tasks.catchUp, {}), Next: 'IsCaughtUp' },
      IsCaughtUp: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.step.outcome', StringEquals: 'more', Next: 'CatchUp' },
          { Variable: '$.step.outcome', StringEquals: 'done', Next: 'PlanWindow' },
        ],
        Default: 'Ended',
      },
      PlanWindow: { ...campaignTask(tasks.planWindow, {}), Next: 'IsPlanned' },
      IsPlanned: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.step.outcome', StringEquals: 'more', Next: 'PlanWindow' },
          { Variable: '$.step.outcome', StringEquals: 'wait', Next: 'WaitForWindow' },
          { Variable: '$.step.outcome', StringEquals: 'finish', Next: 'WaitForLastSlot' },
        ],
        Default: 'Ended',
      },
      WaitForWindow: { Type: 'Wait', TimestampPath: '$.step.until', Next: 'PlanWindow' },
      WaitForLastSlot: { Type: 'Wait', TimestampPath: '$.step.at', Next: 'FirstFinish' },
      FirstFinish: { ...campaignTask(tasks.finish, { checks: 0 }), Next: 'IsFinished' },
      IsFinished: {
        Type: 'Choice',
        Choices: [{ Variable: '$.step.outcome', StringEquals: 'pending', Next: 'WaitForPosts' }],
        Default: 'Ended',
      },
      WaitForPosts: { Type: 'Wait', TimestampPath: '$.step.retryAt', Next: 'Finish' },
      Finish: { ...campaignTask(tasks.finish, { 'checks.$': '$.step.checks' }), Next: 'IsFinished' },
      Ended: { Type: 'Succeed' },
    },
  };
};
