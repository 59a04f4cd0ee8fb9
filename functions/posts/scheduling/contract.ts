import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AskedInstant, TimeZone } from '#shared/time.ts';
import { notOpen, notReady, type PostErrors } from '../domain/error-codes.ts';
import { LocalTime } from '../domain/local-time.ts';
import { MissedPolicy } from '../domain/post.ts';
import { onPost, PostView } from '../views.ts';

export const operation = capability<PostErrors>({
  name: 'Scheduling',
  group: 'Publishing',
  description: 'Schedule, publish, reschedule and cancel posts.',
});

const missedPolicy = MissedPolicy.optional().meta({
  description:
    'What to do if the post misses its time. Omitted: the previous policy, initially to publish up to 24 hours late.',
});

/** When a post is to be published: at an instant, or at a local time in a zone. */
export const ScheduleRequest = z.xor(
  [
    z.strictObject({
      publishAt: AskedInstant,
      timeZone: TimeZone.optional().meta({ description: 'Zone in which the time is displayed (IANA)' }),
      missedPolicy,
    }),
    z.strictObject({ localTime: LocalTime, timeZone: TimeZone, missedPolicy }),
  ],
  'must have either publishAt, or localTime with timeZone',
);
export type ScheduleRequest = z.infer<typeof ScheduleRequest>;

/** A scheduled post, and how the requested local time was resolved. */
const ScheduledPost = PostView.extend({
  resolution: z.enum(['exact', 'gap_moved_forward', 'overlap_earlier']).meta({
    description:
      'How `localTime` became `scheduledAt`. `exact`: as requested; `gap_moved_forward`: the time is skipped by ' +
      'daylight saving and moved forward; `overlap_earlier`: the time occurs twice and the earlier one is used',
  }),
}).meta({ id: 'ScheduledPost' });

export const schedulePost = operation({
  id: 'schedulePost',
  method: 'POST',
  path: '/v1/posts/{postId}/schedule',
  summary: 'Schedule or reschedule a post',
  description:
    'The time must be within the next 300 days. X must accept the content, the content policy must allow it, and ' +
    'approval and alt text must be present if the workspace requires them. Approval and policy are checked again ' +
    'when the post is due.',
  access: 'posts:schedule',
  request: { path: onPost, body: ScheduleRequest },
  response: ScheduledPost,
  status: 200,
  errors: {
    invalid: ['invalid_publish_at', 'invalid_time_zone'],
    'not-found': ['post_not_found', 'account_not_found'],
    conflict: [...notOpen, 'approval_required', 'changed_meanwhile'],
    unprocessable: [...notReady, 'item_too_large'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const publishPost = operation({
  id: 'publishPost',
  method: 'POST',
  path: '/v1/posts/{postId}/publish',
  summary: 'Publish a post now',
  description: 'Schedules the post for now, under the same conditions as scheduling. Read the post to see the outcome.',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 202,
  errors: {
    'not-found': ['post_not_found', 'account_not_found'],
    conflict: [...notOpen, 'approval_required', 'changed_meanwhile'],
    unprocessable: [...notReady, 'item_too_large'],
  },
  etag: true,
  ifMatch: 'optional',
});

export const cancelPost = operation({
  id: 'cancelPost',
  method: 'POST',
  path: '/v1/posts/{postId}/cancel',
  summary: 'Cancel a scheduled or held post',
  description:
    'The post keeps its content and can be scheduled again. A post of a campaign that is scheduled again no longer belongs ' +
    'to the campaign, whose pauses, budget and metrics leave it out; to keep it in the campaign, reschedule it without ' +
    'cancelling it. Refused once a part is on X, and while it is unknown whether one is (`post_unsettled`). A post held ' +
    'with `x_unclear` can be cancelled: check X first.',
  access: 'posts:schedule',
  request: { path: onPost },
  response: PostView,
  status: 200,
  errors: {
    'not-found': ['post_not_found'],
    conflict: [
      'post_draft',
      'post_missed',
      'post_failed',
      'post_cancelled',
      ...notOpen,
      'post_partly_published',
      'post_unsettled',
      'changed_meanwhile',
    ],
  },
  etag: true,
  ifMatch: 'optional',
});

export const operations = [schedulePost, publishPost, cancelPost] as const;
