import { tasks as accounts } from '../../functions/accounts/contract.ts';
import { tasks as campaigns } from '../../functions/campaigns/contract.ts';
import { tasks as posts } from '../../functions/posts/contract.ts';
import { contextTask, type State, type StateMachineDefinition } from './task.ts';

/** ARNs of the functions it calls. */
interface Functions {
  posts: string;
  accounts: string;
  campaigns: string;
}

const onPost = { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.entityId' };
const onAccount = { ...onPost, 'accountId.$': '$.claim.accountId', 'campaignId.$': '$.claim.campaignId' };

/** A step that failed for good: what happened at X is unknown, and posts.record has it looked up later. */
const orFault = (state: State, next: string): State => ({
  ...state,
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: next }],
});

/**
 * One post on its way to X, exactly once. Started by every `post.scheduled` event with the event's detail; a second
 * execution for the same scheduling finds the claim taken and ends.
 *
 * A plain post takes five transitions: wait, claim, choice, publish, record. Whatever keeps a post from going out is
 * taken down by posts.record, which schedules it anew where that helps. The one loop is that of a large file on its way
 * to X: each turn brings it further, or begins it anew once another execution has let go of it.
 */
export const publishPost = (functions: Functions): StateMachineDefinition => {
  const claim = (): State =>
    contextTask({
      handler: functions.posts,
      task: posts.claim,
      input: { ...onPost, 'scheduleVersion.$': '$.data.scheduleVersion' },
      resultPath: '$.claim',
    });
  const record = (outcomes: Record<string, unknown>): State => ({
    ...contextTask({
      handler: functions.posts,
      task: posts.record,
      input: { ...onPost, ...outcomes },
      resultPath: null,
    }),
    End: true,
  });
  const publishPart = (part: Record<string, unknown>): State =>
    contextTask({
      handler: functions.accounts,
      task: accounts.publishPart,
      input: part,
      resultPath: '$.part',
    });
  /** Goes through these states for each element, in order, one at a time; its outcomes come as a list. */
  const forEach = (list: string, element: string, states: StateMachineDefinition['States'], resultPath: string) => {
    const [first = ''] = Object.keys(states);
    return {
      Type: 'Map',
      ItemsPath: list,
      ItemSelector: {
        ...onAccount,
        'correlationId.$': '$.correlationId',
        [`${element}.$`]: '$$.Map.Item.Value',
      },
      MaxConcurrency: 1,
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: first, States: states },
      ResultPath: resultPath,
    };
  };
  /** One task whose outcome is the element's. */
  const once = (name: string, task: State): StateMachineDefinition['States'] => ({
    [`Each-${name}`]: { ...orFault({ ...task, ResultPath: '$' }, `Fault-${name}`), End: true },
    [`Fault-${name}`]: { Type: 'Pass', Result: { outcome: 'fault' }, End: true },
  });
  /** A file takes as many calls as its size asks for: each goes on where the last one came to rest. */
  const uploads = (task: State): StateMachineDefinition['States'] => ({
    'Each-media': { ...orFault({ ...task, ResultPath: '$.upload' }, 'Fault-media'), Next: 'IsUploaded' },
    IsUploaded: {
      Type: 'Choice',
      Choices: [{ Variable: '$.upload.outcome', StringEquals: 'uploading', Next: 'GoOnUploading' }],
      Default: 'Uploaded',
    },
    GoOnUploading: { Type: 'Wait', TimestampPath: '$.upload.retryAt', Next: 'Each-media' },
    Uploaded: { Type: 'Pass', InputPath: '$.upload', End: true },
    'Fault-media': { Type: 'Pass', Result: { outcome: 'fault' }, End: true },
  });

  const eachPart = (how: { isWithheld?: true }): State =>
    forEach(
      '$.claim.parts',
      'part',
      once(
        how.isWithheld ? 'part-looked-for' : 'part',
        publishPart({
          'workspaceId.$': '$.workspaceId',
          'postId.$': '$.postId',
          'accountId.$': '$.accountId',
          'campaignId.$': '$.campaignId',
          'part.$': '$.part',
          ...how,
        }),
      ),
      '$.parts',
    );

  return {
    Comment: 'Publishes one post on X at its time, exactly once',
    StartAt: 'WaitUntilDue',
    States: {
      WaitUntilDue: { Type: 'Wait', TimestampPath: '$.data.publishAt', Next: 'Claim' },
      Claim: { ...claim(), Next: 'WhatToDo' },
      WhatToDo: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.claim.outcome', StringEquals: 'wait', Next: 'WaitABit' },
          { Variable: '$.claim.outcome', StringEquals: 'skip', Next: 'NothingToDo' },
          { Variable: '$.claim.outcome', StringEquals: 'stopped', Next: 'NothingToDo' },
          { Variable: '$.claim.path', StringEquals: 'plain', Next: 'PublishPlain' },
          { Variable: '$.claim.path', StringEquals: 'campaign', Next: 'Permit' },
        ],
        Default: 'UploadMedia',
      },
      // Clocks differ: the claim found that it is a moment too early.
      WaitABit: { Type: 'Wait', TimestampPath: '$.claim.until', Next: 'Claim' },
      NothingToDo: { Type: 'Succeed' },

      PublishPlain: {
        ...orFault(
          publishPart({
            ...onAccount,
            'part.$': '$.claim.parts[0]',
          }),
          'RecordFault',
        ),
        Next: 'RecordPlain',
      },
      RecordPlain: record({ 'parts.$': 'States.Array($.part)' }),
      RecordFault: record({ parts: [{ outcome: 'fault' }] }),

      // The last look before anything goes out: a paused campaign stays silent from the moment it was paused.
      Permit: {
        ...orFault(
          contextTask({
            handler: functions.campaigns,
            task: campaigns.permit,
            input: { ...onPost, 'campaignId.$': '$.claim.campaignId' },
            resultPath: '$.permit',
          }),
          'RecordFault',
        ),
        Next: 'IsPermitted',
      },
      IsPermitted: {
        Type: 'Choice',
        Choices: [{ Variable: '$.permit.outcome', StringEquals: 'permitted', Next: 'UploadMedia' }],
        Default: 'MayBeOut',
      },
      // What an earlier call may have put on X is looked for before the campaign's word counts; nothing is sent.
      MayBeOut: {
        Type: 'Choice',
        Choices: [{ Variable: '$.claim.isUnsettled', BooleanEquals: true, Next: 'LookForParts' }],
        Default: 'RecordNotPermitted',
      },
      LookForParts: { ...eachPart({ isWithheld: true }), Next: 'RecordLooked' },
      RecordLooked: record({ 'permit.$': '$.permit', 'parts.$': '$.parts' }),
      RecordNotPermitted: record({ 'permit.$': '$.permit' }),

      UploadMedia: {
        ...forEach(
          '$.claim.media',
          'media',
          uploads(
            contextTask({
              handler: functions.accounts,
              task: accounts.uploadMedia,
              input: {
                'workspaceId.$': '$.workspaceId',
                'postId.$': '$.postId',
                'accountId.$': '$.accountId',
                'campaignId.$': '$.campaignId',
                'media.$': '$.media',
              },
              resultPath: '$',
            }),
          ),
          '$.media',
        ),
        Next: 'PublishParts',
      },
      PublishParts: { ...eachPart({}), Next: 'RecordAll' },
      RecordAll: record({ 'media.$': '$.media', 'parts.$': '$.parts' }),
    },
  };
};
