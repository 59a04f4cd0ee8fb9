import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { ownPostStep } from './own-post-step.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/** Reposts a post of the account's own. Started by every `repost.requested` event with its detail; X takes it once. */
export const repostPost = (functions: { posts: string; accounts: string }): StateMachineDefinition => ({
  Comment: 'Reposts a published post on X',
  StartAt: 'Act',
  States: {
    ...ownPostStep(
      functions.accounts,
      accounts.repost,
      {
        'workspaceId.$': '$.workspaceId',
        'accountId.$': '$.data.accountId',
        'postId.$': '$.data.postId',
        campaignId: null,
        'xPostId.$': '$.data.xPostId',
      },
      '$.correlationId',
      'Record',
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
