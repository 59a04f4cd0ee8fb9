import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as campaigns } from '#functions/campaigns/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { contextTask, orElse, type State, type StateMachineDefinition } from './task.ts';

/** ARNs of the functions it calls. */
interface Functions {
  posts: string;
  accounts: string;
  campaigns: string;
}

const onPost = { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.entityId' };
const onAccount = { ...onPost, 'accountId.$': '$.claim.accountId', 'campaignId.$': '$.claim.campaignId' };

/**
 * One post on its way to X, exactly once. Started by every `post.scheduled` event with the event's detail; a second
 * execution for the same scheduling finds the claim taken and ends.
 *
 * A plain post takes five transitions: wait, claim, choice, publish, record. Whatever keeps a post from going out is
 * recorded by posts.record, which reschedules it where that helps. After a step that failed for good it is unknown
 * what happened at X: its outcome is a fault, and posts.record has it looked up later. The one loop is that of a large
 * file on its way to X: each turn brings it further, or starts it again once another execution has let go of it.
 */
export const publishPost = (functions: Functions): StateMachineDefinition => {
  const claim = (how: { isLastLook?: true } = {}): State =>
    contextTask({
      handler: functions.posts,
      task: posts.claim,
      input: { ...onPost, 'scheduleVersion.$': '$.data.scheduleVersion', ...how },
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
  /**
   * Goes through these states for each element, in order, one at a time; its outcomes come as a list.
   * @param also what each element has besides
   */
  const forEach = (
    list: string,
    element: string,
    states: StateMachineDefinition['States'],
    resultPath: string,
    also?: Readonly<Record<string, string>>,
  ) => {
    const [first = ''] = Object.keys(states);
    return {
      Type: 'Map',
      ItemsPath: list,
      ItemSelector: {
        ...onAccount,
        'correlationId.$': '$.correlationId',
        [`${element}.$`]: '$$.Map.Item.Value',
        ...also,
      },
      MaxConcurrency: 1,
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: first, States: states },
      ResultPath: resultPath,
    };
  };
  /** One task whose outcome is the element's. */
  const once = (name: string, task: State): StateMachineDefinition['States'] => ({
    [`Each-${name}`]: { ...orElse({ ...task, ResultPath: '$' }, `Fault-${name}`), End: true },
    [`Fault-${name}`]: { Type: 'Pass', Result: { outcome: 'fault' }, End: true },
  });
  /** A file takes as many calls as its size asks for: each goes on where the last one came to rest. */
  const uploads = (task: State): StateMachineDefinition['States'] => ({
    'Each-media': { ...orElse({ ...task, ResultPath: '$.upload' }, 'Fault-media'), Next: 'IsUploaded' },
    IsUploaded: {
      Type: 'Choice',
      Choices: [{ Variable: '$.upload.outcome', StringEquals: 'uploading', Next: 'GoOnUploading' }],
      Default: 'Uploaded',
    },
    GoOnUploading: { Type: 'Wait', TimestampPath: '$.upload.retryAt', Next: 'Each-media' },
    Uploaded: { Type: 'Pass', InputPath: '$.upload', End: true },
    'Fault-media': { Type: 'Pass', Result: { outcome: 'fault' }, End: true },
  });

  /** The campaign's word as a whole goes with each part: it says until when it holds. */
  const permitted = { 'permit.$': '$.permit' };
  /** @param name of its step: no two states of a definition have the same */
  const eachPart = (name: string, { isWithheld, hasPermit }: { isWithheld?: true; hasPermit?: true } = {}): State =>
    forEach(
      '$.claim.parts',
      'part',
      once(
        name,
        publishPart({
          'workspaceId.$': '$.workspaceId',
          'postId.$': '$.postId',
          'accountId.$': '$.accountId',
          'campaignId.$': '$.campaignId',
          'part.$': '$.part',
          ...(isWithheld && { isWithheld }),
          ...(hasPermit && permitted),
        }),
      ),
      '$.parts',
      hasPermit && permitted,
    );

  /** The campaign's word right before anything goes out: a paused campaign stays silent from the moment it was paused. */
  const permit = (ask: string, answer: string, publish: string): StateMachineDefinition['States'] => ({
    [ask]: {
      ...orElse(
        contextTask({
          handler: functions.campaigns,
          task: campaigns.permit,
          input: {
            ...onPost,
            'campaignId.$': '$.claim.campaignId',
            'timeSetAt.$': '$.claim.timeSetAt',
            content: { 'parts.$': '$.claim.parts', 'media.$': '$.claim.media' },
          },
          resultPath: '$.permit',
        }),
        'RecordFault',
      ),
      Next: answer,
    },
    [answer]: {
      Type: 'Choice',
      Choices: [{ Variable: '$.permit.outcome', StringEquals: 'permitted', Next: publish }],
      Default: 'MayBeOut',
    },
  });

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
          { Variable: '$.claim.path', StringEquals: 'look', Next: 'LookFirst' },
          { Variable: '$.claim.path', StringEquals: 'media', Next: 'UploadMedia' },
          { Variable: '$.claim.path', StringEquals: 'campaign', Next: 'Permit' },
        ],
        Default: 'PublishParts',
      },
      // Clocks differ: the claim found that it is a moment too early.
      WaitABit: { Type: 'Wait', TimestampPath: '$.claim.until', Next: 'Claim' },
      NothingToDo: { Type: 'Succeed' },

      PublishPlain: {
        ...orElse(
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

      // It may be on X although this table does not know: this execution looks, and the next one does what is left to do.
      LookFirst: { ...eachPart('part-looked-for-first', { isWithheld: true }), Next: 'RecordParts' },

      ...permit('Permit', 'IsPermitted', 'PublishPermitted'),
      PublishPermitted: { ...eachPart('part-permitted', { hasPermit: true }), Next: 'RecordParts' },
      // What an earlier call may have put on X is looked for before the campaign's word counts; nothing is sent.
      MayBeOut: {
        Type: 'Choice',
        Choices: [{ Variable: '$.claim.isUnsettled', BooleanEquals: true, Next: 'LookForParts' }],
        Default: 'RecordNotPermitted',
      },
      LookForParts: { ...eachPart('part-looked-for', { isWithheld: true }), Next: 'RecordLooked' },
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
        Next: 'LastLook',
      },
      // A file takes as long as it takes: whatever let the post pass before that is asked again, the campaign among it.
      LastLook: { ...orElse(claim({ isLastLook: true }), 'RecordUploaded'), Next: 'StillGo' },
      StillGo: {
        Type: 'Choice',
        Choices: [
          ...['skip', 'stopped', 'wait'].map((outcome) => ({
            Variable: '$.claim.outcome',
            StringEquals: outcome,
            Next: 'NothingToDo',
          })),
          { Variable: '$.claim.path', StringEquals: 'campaign', Next: 'PermitUploaded' },
        ],
        Default: 'PublishUploaded',
      },
      ...permit('PermitUploaded', 'IsUploadedPermitted', 'PublishUploadedPermitted'),
      PublishUploadedPermitted: { ...eachPart('part-with-media-permitted', { hasPermit: true }), Next: 'RecordAll' },
      RecordUploaded: record({ 'media.$': '$.media' }),
      PublishUploaded: { ...eachPart('part-with-media'), Next: 'RecordAll' },
      RecordAll: record({ 'media.$': '$.media', 'parts.$': '$.parts' }),

      PublishParts: { ...eachPart('part'), Next: 'RecordParts' },
      RecordParts: record({ 'parts.$': '$.parts' }),
    },
  };
};
