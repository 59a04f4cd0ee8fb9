import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { type CheckFunctions, checkStates } from './check-campaign.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';
import { untilDone } from './until-done.ts';

/**
 * Launches a campaign entirely or not at all, or applies a newer plan to a launched one. Started by
 * `campaign.launch_requested` with the event's detail. It repeats the check, claims the posts part by part, and only
 * once all are claimed begins the run, or moves and drops slots. A failure on the way restores the previous state and
 * releases all claims.
 */
export const launchCampaign = (functions: CheckFunctions): StateMachineDefinition => {
  const onLaunch = {
    'workspaceId.$': '$.workspaceId',
    'campaignId.$': '$.entityId',
    'number.$': '$.data.number',
  };
  const step = (task: string, input: Record<string, unknown>, resultPath: string | null): State =>
    contextTask({ handler: functions.campaigns, task, input: { ...onLaunch, ...input }, resultPath });
  const abandon = (name: string, code: string, reason: string): StateMachineDefinition['States'] =>
    untilDone({
      name,
      step: {
        handler: functions.campaigns,
        task: campaigns.abandonLaunch,
        input: { ...onLaunch, ...named('code', code), ...named('reason', reason) },
        resultPath: '$.abandoned',
      },
      more: 'outcome',
      next: 'Ended',
    });

  return {
    Comment: 'Checks a campaign once more, claims its posts, and begins its run',
    StartAt: 'OpenCheck',
    States: {
      ...checkStates(functions, 'launch', { invalid: 'PlanIsInvalid', giveUp: 'GiveUp', next: 'IsLaunchable' }),
      IsLaunchable: {
        Type: 'Choice',
        Choices: [{ Variable: '$.report.outcome', StringEquals: 'launchable', Next: 'ClaimParts' }],
        Default: 'Ended',
      },
      ClaimParts: {
        Type: 'Map',
        ItemsPath: '$.check.parts',
        ItemSelector: {
          'workspaceId.$': '$.workspaceId',
          'entityId.$': '$.entityId',
          'data.$': '$.data',
          'correlationId.$': '$.correlationId',
          'part.$': '$$.Map.Item.Value',
        },
        // In sequence: progress only grows, and the first post that is already taken ends it.
        MaxConcurrency: 1,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'ClaimPart',
          States: {
            ClaimPart: { ...step(campaigns.claimPart, { 'part.$': '$.part' }, '$.claim'), Next: 'IsClaimed' },
            IsClaimed: {
              Type: 'Choice',
              Choices: [
                { Variable: '$.claim.outcome', StringEquals: 'claimed', Next: 'PartIsClaimed' },
                { Variable: '$.claim.outcome', StringEquals: 'ended', Next: 'PartIsClaimed' },
              ],
              Default: 'PostIsTaken',
            },
            PartIsClaimed: { Type: 'Pass', Result: {}, End: true },
            PostIsTaken: { Type: 'Fail', Error: postIsTaken, Cause: 'A post cannot be claimed any more.' },
          },
        },
        ResultPath: '$.claimed',
        Catch: [
          { ErrorEquals: [postIsTaken], ResultPath: null, Next: 'NotClaimed' },
          { ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'GiveUp' },
        ],
        Next: 'Start',
      },
      // For a change of plan, slots are moved and dropped in several steps.
      ...untilDone({
        name: 'Start',
        step: { handler: functions.campaigns, task: campaigns.start, input: onLaunch, resultPath: '$.start' },
        more: 'outcome',
        giveUp: 'GiveUp',
        next: 'Ended',
      }),
      ...abandon(
        'NotClaimed',
        'posts_unusable',
        'A post was published, deleted or taken by another campaign meanwhile. Check the campaign again.',
      ),
      ...abandon('PlanIsInvalid', '$.check.code', '$.check.reason'),
      ...abandon('GiveUp', 'launch_failed', 'It was interrupted. Repeat the request.'),
    },
  };
};

/** The error of a part with a post that was taken meanwhile. */
const postIsTaken = 'PostIsTaken';

/** Returns a field of an input: a JSON path, or a literal text. */
const named = (name: string, value: string): Record<string, unknown> =>
  value.startsWith('$') ? { [`${name}.$`]: value } : { [name]: value };
