import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { ownPostStep } from './own-post-step.ts';
import { contextTask, orElse, type StateMachineDefinition } from './task.ts';

/**
 * Reposts one of the account's own posts. Started by every `repost.requested` event with its detail; repeating it at X
 * has no effect.
 */
export const repostPost = (functions: { posts: string; accounts: string }): StateMachineDefinition => ({
  Comment: 'Reposts a published post on X',
  StartAt: 'Claim',
  States: {
    Claim: {
      ...orElse(
        contextTask({
          handler: functions.posts,
          task: posts.claimRepost,
          input: { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.data.postId', 'repostId.$': '$.entityId' },
          resultPath: '$.claim',
        }),
        'Fault',
      ),
      Next: 'MayGoOut',
    },
    MayGoOut: {
      Type: 'Choice',
      Choices: [{ Variable: '$.claim.outcome', StringEquals: 'go', Next: 'Act' }],
      Default: 'NothingToDo',
    },
    NothingToDo: { Type: 'Succeed' },
    ...ownPostStep(
      functions.accounts,
      accounts.repost,
      {
        'workspaceId.$': '$.workspaceId',
        'accountId.$': '$.data.accountId',
        'postId.$': '$.data.postId',
        campaignId: null,
        'xPostId.$': '$.data.xPostId',
        'sendBy.$': '$.claim.sendBy',
      },
      '$.correlationId',
      'Record',
      'Claim',
    ),
    Record: {
      ...contextTask({
        handler: functions.posts,
        task: posts.recordRepost,
        input: {
          'workspaceId.$': '$.workspaceId',
          'postId.$': '$.data.postId',
          'repostId.$': '$.entityId',
          'met.$': '$.met',
        },
        resultPath: null,
      }),
      End: true,
    },
  },
});
