import * as z from 'zod';
import { operation } from '#shared/http/operation.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Comment, CommentText, mostComments } from '../domain/comment.ts';
import { ScheduleRequest } from '../scheduling/contract.ts';
import { onPost, PostView } from '../views.ts';

export const CommentView = Comment.omit({ workspaceId: true, correlationId: true, changedBy: true }).meta({
  id: 'CommentView',
});

const step = {
  method: 'POST',
  response: PostView,
  status: 200,
  errors: ['not-found', 'conflict', 'unprocessable'],
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
  errors: [...step.errors, 'forbidden'],
});

export const requestPostChanges = operation({
  ...step,
  id: 'requestPostChanges',
  path: '/v1/posts/{postId}/request-changes',
  summary: 'Send a post back to its writer, and say what to change',
  access: 'posts:approve',
  request: { path: onPost, body: z.strictObject({ comment: CommentText }) },
  ifMatch: 'optional',
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
  errors: ['not-found', 'conflict'],
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
  errors: ['not-found'],
});

export const operations = [submitPost, approvePost, requestPostChanges, commentPost, listComments] as const;
