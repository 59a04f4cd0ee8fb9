import { tasks as accounts } from '#functions/accounts/contract.ts';
import { tasks as posts } from '#functions/posts/contract.ts';
import { ownPostStep } from './own-post-step.ts';
import { contextTask, type StateMachineDefinition } from './task.ts';

/**
 * Deletes the published parts of a post on X, one by one. Started by every `post.unpublish_requested` event with its
 * detail. A part that is already gone counts as deleted, so a second execution does no harm.
 */
export const unpublishPost = (functions: { posts: string; accounts: string }): StateMachineDefinition => ({
  Comment: 'Deletes a published post on X',
  StartAt: 'EachPart',
  States: {
    EachPart: {
      Type: 'Map',
      ItemsPath: '$.data.xPostIds',
      MaxConcurrency: 1,
      ItemSelector: {
        'workspaceId.$': '$.workspaceId',
        'postId.$': '$.entityId',
        'accountId.$': '$.data.accountId',
        'campaignId.$': '$.data.campaignId',
        'correlationId.$': '$.correlationId',
        'xPostId.$': '$$.Map.Item.Value',
      },
      ItemProcessor: {
        ProcessorConfig: { Mode: 'INLINE' },
        StartAt: 'Act',
        States: {
          ...ownPostStep(
            functions.accounts,
            accounts.deletePost,
            {
              'workspaceId.$': '$.workspaceId',
              'accountId.$': '$.accountId',
              'postId.$': '$.postId',
              'campaignId.$': '$.campaignId',
              'xPostId.$': '$.xPostId',
            },
            '$.correlationId',
            'Outcome',
          ),
          Outcome: { Type: 'Pass', InputPath: '$.met', End: true },
        },
      },
      ResultPath: '$.outcomes',
      Next: 'Record',
    },
    Record: {
      ...contextTask({
        handler: functions.posts,
        task: posts.recordUnpublished,
        input: { 'workspaceId.$': '$.workspaceId', 'postId.$': '$.entityId', 'outcomes.$': '$.outcomes' },
        resultPath: null,
      }),
      End: true,
    },
  },
});
