import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Comment, CommentText, maxComments } from '../domain/comment.ts';
import { notOpen, notReady, type PostErrors } from '../domain/error-codes.ts';
import { ScheduleRequest } from '../scheduling/contract.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Approval',
  group: 'Publishing',
  description: 'Submit, approve and discuss posts before they are published.',
});

export const CommentView = Comment.omit({ workspaceId: true, correlationId: true, chain: true, changedBy: true }).meta({
  id: 'CommentView',
});

const step = {
  method: 'POST',
  response: PostView,
  status: 200,
  etag: true,
} as const;

export const submitPost = operation({
  ...step,
  id: 'submitPost',
  path: '/v1/posts/{postId}/submit',
  summary: 'Submit the current content for approval',
  description:
    'Changing the content later withdraws the submission. Submitting content that is already submitted or approved only ' +
    'adds the comment.',
  access: 'posts:write',
  request: {
    path: onPost,
    body: z.strictObject({
      comment: CommentText.optional().meta({ description: 'Added as a comment, visible in the workspace only' }),
    }),
  },
  ifMatch: 'optional',
  errors: {
    'not-found': ['post_not_found', 'account_not_found'],
    conflict: [...notOpen, 'too_many_comments', 'changed_meanwhile'],
    unprocessable: ['unpublishable', 'item_too_large'],
  },
});

export const approvePost = operation({
  ...step,
  id: 'approvePost',
  path: '/v1/posts/{postId}/approve',
  summary: 'Approve the current content; optionally schedule it',
  description:
    'Changing the content later withdraws the approval. If the workspace requires `four_eyes`, the approver must ' +
    'not have written, submitted or described (alt text, AI label, subtitles) any of the content since the last ' +
    'approval by someone else, nor have created a service account that did, or its secret. Owners and admins may ' +
    'override this with a reason; service accounts cannot approve under `four_eyes`. `If-Match` names the version ' +
    'that was reviewed.',
  access: 'posts:approve',
  ifMatch: 'required',
  request: {
    path: onPost,
    body: z.strictObject({
      comment: CommentText.optional().meta({
        description: 'Added as a comment, visible in the workspace only; ignored with `override`',
      }),
      schedule: ScheduleRequest.optional().meta({
        description: 'Schedules the post in the same step. Omitted: a post held only for this approval is released',
      }),
      override: z
        .strictObject({ reason: CommentText.meta({ description: 'Why the rule is overridden; added as a comment' }) })
        .optional()
        .meta({ description: 'Approves in spite of the four-eyes rule; owners and admins only' }),
    }),
  },
  errors: {
    invalid: ['invalid_publish_at', 'invalid_time_zone'],
    forbidden: ['four_eyes', 'writer_unknown', 'override_not_permitted'],
    'not-found': ['post_not_found', 'account_not_found'],
    conflict: [...notOpen, 'approval_required', 'too_many_comments', 'changed_meanwhile'],
    unprocessable: [...notReady, 'item_too_large'],
  },
});

export const requestPostChanges = operation({
  ...step,
  id: 'requestPostChanges',
  path: '/v1/posts/{postId}/request-changes',
  summary: 'Request changes to a submitted or approved post',
  description:
    'Withdraws the approval, if there is one. The post keeps its schedule; if the workspace requires approval, it is held ' +
    'when it is due.',
  access: 'posts:approve',
  request: {
    path: onPost,
    body: z.strictObject({ comment: CommentText.meta({ description: 'What to change; added as a comment' }) }),
  },
  ifMatch: 'optional',
  errors: {
    'not-found': ['post_not_found'],
    conflict: [...notOpen, 'not_submitted', 'too_many_comments', 'changed_meanwhile'],
    unprocessable: ['item_too_large'],
  },
});

export const commentPost = operation({
  id: 'commentPost',
  method: 'POST',
  path: '/v1/posts/{postId}/comments',
  summary: 'Comment on a post (internal)',
  access: 'posts:write',
  description:
    'Comments are visible in the workspace only and are never sent to X. Refused once the post has ' +
    `${maxComments.most} comments, including those added by submissions and decisions.`,
  request: { path: onPost, body: z.strictObject({ text: CommentText }) },
  response: CommentView,
  errors: { 'not-found': ['post_not_found'], conflict: ['too_many_comments', 'changed_meanwhile'] },
  etag: true,
});

export const listComments = operation({
  id: 'listComments',
  method: 'GET',
  path: '/v1/posts/{postId}/comments',
  summary: 'List the comments on a post, oldest first',
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(CommentView),
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [submitPost, approvePost, requestPostChanges, commentPost, listComments] as const;
