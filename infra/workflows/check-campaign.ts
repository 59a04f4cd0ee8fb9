import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { contextTask, orElse, type State, type StateMachineDefinition } from './task.ts';

/** ARNs of the functions it calls. */
export interface CheckFunctions {
  campaigns: string;
  posts: string;
  accounts: string;
}

/** Parts of a check that run concurrently. */
const partsAtOnce = 3;

/** Returns the states of a check from its start to its report, whose outcome is in `$.report`. */
export const checkStates = (
  functions: CheckFunctions,
  kind: 'check' | 'launch',
  { invalid, giveUp, next }: { invalid: string; giveUp: string; next: string },
): StateMachineDefinition['States'] => {
  const onCheck = {
    'workspaceId.$': '$.workspaceId',
    'campaignId.$': '$.entityId',
    kind,
    'number.$': '$.data.number',
  };
  const onPart = {
    'workspaceId.$': '$.workspaceId',
    'campaignId.$': '$.campaignId',
    kind,
    'number.$': '$.number',
    'part.$': '$.part',
  };
  const ofCampaign = { 'workspaceId.$': '$.workspaceId', 'campaignId.$': '$.campaignId' };
  const each = (list: string, element: string, states: StateMachineDefinition['States'], at: string): State => {
    const [first = ''] = Object.keys(states);
    return {
      Type: 'Map',
      ItemsPath: list,
      ItemSelector: {
        'workspaceId.$': '$.workspaceId',
        'campaignId.$': '$.entityId',
        'number.$': '$.data.number',
        'correlationId.$': '$.correlationId',
        [`${element}.$`]: '$$.Map.Item.Value',
      },
      MaxConcurrency: partsAtOnce,
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: first, States: states },
      ResultPath: at,
    };
  };
  const ofPosts = (task: string, input: Record<string, unknown>, resultPath: string | null): State =>
    contextTask({ handler: functions.posts, task, input: { ...ofCampaign, ...input }, resultPath });
  const ofCampaigns = (task: string, input: Record<string, unknown>, resultPath: string | null): State =>
    contextTask({ handler: functions.campaigns, task, input, resultPath });

  return {
    OpenCheck: { ...orElse(ofCampaigns(campaigns.openCheck, onCheck, '$.check'), giveUp), Next: 'IsOpen' },
    IsOpen: {
      Type: 'Choice',
      Choices: [
        { Variable: '$.check.outcome', StringEquals: 'opened', Next: 'DiscardDrafts' },
        { Variable: '$.check.outcome', StringEquals: 'invalid', Next: invalid },
      ],
      Default: 'Ended',
    },
    // Drafts made from templates of an earlier plan, and not in this one.
    DiscardDrafts: {
      ...orElse(
        each(
          '$.check.discard',
          'postIds',
          { Discard: { ...ofPosts(posts.discardForCampaign, { 'postIds.$': '$.postIds' }, null), End: true } },
          '$.discarded',
        ),
        giveUp,
      ),
      Next: 'EachPart',
    },
    EachPart: {
      ...orElse(
        each(
          '$.check.parts',
          'part',
          {
            ReadPart: { ...ofCampaigns(campaigns.readPart, onPart, '$.read'), Next: 'ComposePosts' },
            ComposePosts: {
              ...ofPosts(posts.composeForCampaign, { 'by.$': '$.read.by', 'slots.$': '$.read.compose' }, '$.composed'),
              Next: 'DescribePosts',
            },
            DescribePosts: {
              ...ofPosts(posts.describeForCampaign, { 'slots.$': '$.read.describe' }, '$.described'),
              Next: 'KeepPart',
            },
            KeepPart: {
              ...ofCampaigns(
                campaigns.keepPart,
                { ...onPart, 'composed.$': '$.composed', 'described.$': '$.described' },
                null,
              ),
              Next: 'PartIsKept',
            },
            PartIsKept: { Type: 'Pass', Result: {}, End: true },
          },
          '$.kept',
        ),
        giveUp,
      ),
      Next: 'DescribeAccounts',
    },
    DescribeAccounts: {
      ...orElse(
        contextTask({
          handler: functions.accounts,
          task: accounts.describeForCampaign,
          input: { 'workspaceId.$': '$.workspaceId', 'accountIds.$': '$.check.accountIds' },
          resultPath: '$.accounts',
        }),
        giveUp,
      ),
      Next: 'Report',
    },
    Report: {
      ...orElse(ofCampaigns(campaigns.report, { ...onCheck, 'accounts.$': '$.accounts' }, '$.report'), giveUp),
      Next: next,
    },
    Ended: { Type: 'Succeed' },
  };
};

/**
 * Checks a campaign before its launch. Started by `campaign.check_requested` with the event's detail. Slots are checked
 * in parts, so that even 2,000 of them reach no limit of a function or of an execution's state.
 */
export const checkCampaign = (functions: CheckFunctions): StateMachineDefinition => ({
  Comment: 'Checks a campaign before its launch, and writes the report',
  StartAt: 'OpenCheck',
  States: {
    ...checkStates(functions, 'check', { invalid: 'CheckFailed', giveUp: 'CheckFailed', next: 'Ended' }),
    CheckFailed: {
      ...contextTask({
        handler: functions.campaigns,
        task: campaigns.failCheck,
        input: {
          'workspaceId.$': '$.workspaceId',
          'campaignId.$': '$.entityId',
          kind: 'check',
          'number.$': '$.data.number',
        },
        resultPath: null,
      }),
      Next: 'Ended',
    },
  },
});
