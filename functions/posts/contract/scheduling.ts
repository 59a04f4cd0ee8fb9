import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { Instant, TimeZone } from '../../../shared/time.ts';
import { MissedPolicy } from '../domain/post.ts';
import { onPost, PostView } from './views.ts';

/** A time on the clock of a zone that is named beside it. */
export const LocalTime = z.iso
  .datetime({ local: true, offset: false, message: 'must be a local time such as 2026-11-22T09:30' })
  .max(23)
  .regex(/[^Z]$/, 'must be a local time: an instant in UTC is a publishAt')
  .meta({ description: 'Time on the clock of `timeZone`', examples: ['2026-11-22T09:30'] });

/** When a post is to go out: at an instant, or at a time on the clock of a zone. */
export const ScheduleRequest = z
  .strictObject({
    publishAt: Instant.optional(),
    localTime: LocalTime.optional(),
    timeZone: TimeZone.optional(),
    missedPolicy: MissedPolicy.optional().meta({
      description: 'What becomes of it when it cannot go out in time; without it what held before, at first a day late',
    }),
  })
  .refine(({ publishAt, localTime }) => (publishAt === undefined) !== (localTime === undefined), {
    path: ['publishAt'],
    error: 'name either publishAt or localTime',
  })
  .refine(({ localTime, timeZone }) => localTime === undefined || timeZone !== undefined, {
    path: ['timeZone'],
    error: 'must say in which zone localTime is meant',
  });

/** A scheduled post, and what became of the local time that was asked for. */
const ScheduledPost = PostView.extend({
  resolution: z.enum(['exact', 'gap_moved_forward', 'overlap_earlier']).meta({
    description:
      'How localTime became scheduledAt: a time that clocks leave out moves forward with them, of one that they show ' +
      'twice the earlier counts',
  }),
}).meta({ id: 'ScheduledPost' });

export const schedulePost = operation({
  id: 'schedulePost',
  method: 'POST',
  path: '/v1/posts/{postId}/schedule',
  summary: 'Schedule a post, or schedule it anew',
  access: 'posts:schedule',
  request: { path: onPost, body: ScheduleRequest },
  response: ScheduledPost,
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
