import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/**
 * Approves the posts of an approved campaign, each by the content hash that its review lists. Started by
 * `campaign.approved` with the event's detail. Works part by part; repeating a part has no effect.
 */
export const approveCampaign = (functions: { campaigns: string; posts: string }): StateMachineDefinition => {
  const onCampaign = { 'workspaceId.$': '$.workspaceId', 'campaignId.$': '$.entityId' };
  const onPart = { ...onCampaign, 'part.$': '$.next.part' };
  return {
    Comment: 'Approves the posts of a campaign, exactly as its review lists them',
    StartAt: 'Begin',
    States: {
      Begin: { Type: 'Pass', Result: { part: 0 }, ResultPath: '$.next', Next: 'ReadApprovals' },
      ReadApprovals: {
        ...contextTask({
          handler: functions.campaigns,
          task: campaigns.readApprovals,
          input: onPart,
          resultPath: '$.read',
        }),
        Next: 'IsMore',
      },
      IsMore: {
        Type: 'Choice',
        Choices: [{ Variable: '$.read.outcome', StringEquals: 'approve', Next: 'ApprovePosts' }],
        Default: 'Done',
      },
      ApprovePosts: {
        ...contextTask({
          handler: functions.posts,
          task: posts.approveForCampaign,
          input: {
            ...onCampaign,
            'by.$': '$.read.by',
            'at.$': '$.read.at',
            'submittedBy.$': '$.read.submittedBy',
            'approvals.$': '$.read.approvals',
          },
          resultPath: '$.approved',
        }),
        Next: 'KeepApprovals',
      },
      KeepApprovals: {
        ...contextTask({
          handler: functions.campaigns,
          task: campaigns.keepApprovals,
          input: { ...onPart, 'approved.$': '$.approved' },
          resultPath: '$.next',
        }),
        Next: 'ReadApprovals',
      },
      Done: { Type: 'Succeed' },
    },
  };
};
