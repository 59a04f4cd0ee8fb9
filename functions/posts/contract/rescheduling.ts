import * as z from 'zod';
import { operation } from '../../../shared/http/operation.ts';
import { Problem } from '../../../shared/http/problem.ts';
import { PostId } from '../../../shared/ids.ts';
import { Instant, TimeZone } from '../../../shared/time.ts';
import { LocalTime } from './scheduling.ts';

/** 300 days: no post is scheduled further ahead. */
const furthestMinutes = 432_000;

const RescheduleItem = z
  .strictObject({
    postId: PostId,
    publishAt: Instant.optional(),
    localTime: LocalTime.optional(),
    timeZone: TimeZone.optional(),
    shiftMinutes: z.int().min(-furthestMinutes).max(furthestMinutes).optional().meta({
      description: 'Minutes from the time it is scheduled at: later, or earlier where negative',
    }),
  })
  .refine(
    ({ publishAt, localTime, shiftMinutes }) =>
      [publishAt, localTime, shiftMinutes].filter((said) => said !== undefined).length === 1,
    { path: ['publishAt'], error: 'name one of publishAt, localTime and shiftMinutes' },
  )
  .refine(({ localTime, timeZone }) => localTime === undefined || timeZone !== undefined, {
    path: ['timeZone'],
    error: 'must say in which zone localTime is meant',
  });
export type RescheduleItem = z.infer<typeof RescheduleItem>;

const Items = z
  .array(RescheduleItem)
  .min(1)
  .max(100)
  .superRefine((items, check) => {
    const seen = new Set<string>();
    items.forEach(({ postId }, place) => {
      if (seen.has(postId)) check.addIssue({ code: 'custom', path: [place, 'postId'], message: 'stands there twice' });
      seen.add(postId);
    });
  });

const Rescheduled = z
  .object({
    postId: PostId,
    status: z.enum(['rescheduled', 'refused']),
    scheduledAt: Instant.nullable().meta({ description: 'When it goes out now; null for one that was refused' }),
    problem: Problem.pick({ status: true, code: true, detail: true, fields: true }).nullable(),
  })
  .meta({ id: 'RescheduledPost' });
export type Rescheduled = z.infer<typeof Rescheduled>;

export const reschedulePosts = operation({
  id: 'reschedulePosts',
  method: 'POST',
  path: '/v1/posts/reschedule',
  summary: 'Schedule up to 100 posts anew, each by itself',
  description:
    'A post that is refused keeps its time, and the others go on. `items` tells what became of each, in order.',
  access: 'posts:schedule',
  request: { body: z.strictObject({ items: Items }) },
  response: z.object({ items: z.array(Rescheduled) }),
  status: 200,
  limit: 'costly',
});

export const operations = [reschedulePosts] as const;
