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
 * Publishes one post on X, exactly once. Started by every `post.scheduled` event with the event's detail; a second
 * execution for the same scheduling finds the claim taken and ends.
 *
 * A plain post takes five transitions: wait, claim, choice, publish, record. posts.record records whatever prevents
 * publication, and reschedules the post where that helps. After a step that permanently failed it is unknown what
 * happened at X, so its outcome is a fault, and posts.record has it looked up later. The only loop uploads a large file
 * to X: each iteration continues the upload, or restarts it once another execution has released it.
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
   * Runs the states for each element in sequence; the outcomes are a list.
   * @param also further fields of each element
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
  /** Returns the states of a single task whose outcome is the element's. */
  const once = (name: string, task: State): StateMachineDefinition['States'] => ({
    [`Each-${name}`]: { ...orElse({ ...task, ResultPath: '$' }, `Fault-${name}`), End: true },
    [`Fault-${name}`]: { Type: 'Pass', Result: { outcome: 'fault' }, End: true },
  });
  /**
   * Returns the states that upload a file, in as many calls as its size takes; each continues where the last one
   * paused.
   */
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

  /** The campaign's full answer is passed with each part, because it has an expiry. */
  const permitted = { 'permit.$': '$.permit' };
  /** @param name of its step, since state names must be unique within a definition */
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

  /** Asks the campaign right before publishing, so that nothing is published after a pause. */
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
      // Clocks differ: the claim found that the post is not quite due.
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

      // It may be on X without a record here: this execution only looks, and the next one does the rest.
      LookFirst: { ...eachPart('part-looked-for-first', { isWithheld: true }), Next: 'RecordParts' },

      ...permit('Permit', 'IsPermitted', 'PublishPermitted'),
      PublishPermitted: { ...eachPart('part-permitted', { hasPermit: true }), Next: 'RecordParts' },
      // Before the refusal is recorded, a part that may already be on X is looked up there; nothing is sent.
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
      // After the uploads, however long they took, the claim's checks are repeated, the campaign's permit included.
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
