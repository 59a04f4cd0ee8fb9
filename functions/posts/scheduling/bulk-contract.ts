import * as z from 'zod';
import { Problem } from '#shared/http/problem.ts';
import { PostId } from '#shared/ids.ts';
import { AskedInstant, Instant, TimeZone } from '#shared/time.ts';
import { LocalTime } from './contract.ts';
import { operation } from './contract.ts';

/** 300 days: no post is scheduled further ahead. */
const furthestMinutes = 432_000;

export const RescheduleItem = z.xor(
  [
    z.strictObject({ postId: PostId, publishAt: AskedInstant, timeZone: TimeZone.optional() }),
    z.strictObject({ postId: PostId, localTime: LocalTime, timeZone: TimeZone }),
    z.strictObject({
      postId: PostId,
      shiftMinutes: z.int().min(-furthestMinutes).max(furthestMinutes).meta({
        description: 'Minutes from the time it is scheduled at: later, or earlier where negative',
      }),
      timeZone: TimeZone.optional(),
    }),
  ],
  'must name one of publishAt, localTime with its timeZone, and shiftMinutes',
);
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
