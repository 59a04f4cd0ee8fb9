import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { Instant, TimeZone } from '../../../shared/time.ts';
import { onPost, PostView } from './views.ts';

/** When a post is to go out. */
export const ScheduleRequest = z.strictObject({ publishAt: Instant, timeZone: TimeZone.optional() });

export const schedulePost = operation({
  id: 'schedulePost',
  method: 'POST',
  path: '/v1/posts/{postId}/schedule',
  summary: 'Schedule a post, or schedule it anew',
  access: 'posts:schedule',
  request: { path: onPost, body: ScheduleRequest },
  response: PostView,
  status: 200,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const publishPost = operation({
  id: 'publishPost',
  method: 'POST',
  path: '/v1/posts/{postId}/publish',
  summary: 'Publish a post now',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 202,
  errors: ['not-found', 'conflict', 'unprocessable'],
  etag: true,
});

export const cancelPost = operation({
  id: 'cancelPost',
  method: 'POST',
  path: '/v1/posts/{postId}/cancel',
  summary: 'Take a scheduled or held post off its schedule',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 200,
  errors: ['not-found', 'conflict'],
  etag: true,
});

export const operations = [schedulePost, publishPost, cancelPost] as const;
