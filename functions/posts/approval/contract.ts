import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Comment, CommentText, mostComments } from '../domain/comment.ts';
import { notOpen, notReady, type PostErrors } from '../domain/error-codes.ts';
import { ScheduleRequest } from '../scheduling/contract.ts';
import { onPost, PostView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Approval',
  group: 'Publishing',
  description: 'Submit, approve and discuss posts before they are published.',
});

export const CommentView = Comment.omit({ workspaceId: true, correlationId: true, changedBy: true }).meta({
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
  summary: 'Ask for the approval of a post, exactly as it is now',
  access: 'posts:write',
  request: { path: onPost, body: z.strictObject({ comment: CommentText.optional() }) },
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
  summary: 'Approve a post exactly as it is, and optionally schedule it',
  description:
    'A later change of its content withdraws the approval. Under `four_eyes` the approver must not have written, submitted ' +
    'or captioned any of it since the last approval by someone else, nor made a service account that did. An owner or admin ' +
    'may override that and say why; a service account approves nothing. `If-Match` names the version that was read, so ' +
    'that nobody approves a change that they have not seen.',
  access: 'posts:approve',
  ifMatch: 'required',
  request: {
    path: onPost,
    body: z.strictObject({
      comment: CommentText.optional(),
      schedule: ScheduleRequest.optional(),
      override: z.strictObject({ reason: CommentText }).optional(),
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
  summary: 'Send a post back to its writer, and say what to change',
  access: 'posts:approve',
  request: { path: onPost, body: z.strictObject({ comment: CommentText }) },
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
  summary: 'Say something of a post, to colleagues alone',
  access: 'posts:write',
  description: `A post has ${mostComments.most} at most, beside those that go with a submission or a decision.`,
  request: { path: onPost, body: z.strictObject({ text: CommentText }) },
  response: CommentView,
  errors: { 'not-found': ['post_not_found'], conflict: ['too_many_comments', 'changed_meanwhile'] },
  etag: true,
});

export const listComments = operation({
  id: 'listComments',
  method: 'GET',
  path: '/v1/posts/{postId}/comments',
  summary: 'What colleagues have said of a post, the oldest first',
  access: 'posts:read',
  request: { path: onPost, query: pageQuery({}) },
  response: pageOf(CommentView),
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [submitPost, approvePost, requestPostChanges, commentPost, listComments] as const;
