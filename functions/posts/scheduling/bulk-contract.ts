import * as z from 'zod';
import { Problem } from '#shared/http/problem.ts';
import { PostId } from '#shared/ids.ts';
import { AskedInstant, Instant, TimeZone } from '#shared/time.ts';
import { LocalTime } from '../domain/local-time.ts';
import { operation } from './contract.ts';

/** 300 days: no post can be scheduled further ahead. */
const furthestMinutes = 432_000;

export const RescheduleItem = z.xor(
  [
    z.strictObject({ postId: PostId, publishAt: AskedInstant, timeZone: TimeZone.optional() }),
    z.strictObject({ postId: PostId, localTime: LocalTime, timeZone: TimeZone }),
    z.strictObject({
      postId: PostId,
      shiftMinutes: z.int().min(-furthestMinutes).max(furthestMinutes).meta({
        description: 'Minutes to move the current time by; negative: earlier',
      }),
      timeZone: TimeZone.optional(),
    }),
  ],
  'must have one of publishAt, localTime with timeZone, or shiftMinutes',
);
export type RescheduleItem = z.infer<typeof RescheduleItem>;

const Items = z
  .array(RescheduleItem)
  .min(1)
  .max(100)
  .superRefine((items, check) => {
    const seen = new Set<string>();
    items.forEach(({ postId }, place) => {
      if (seen.has(postId)) check.addIssue({ code: 'custom', path: [place, 'postId'], message: 'is duplicated' });
      seen.add(postId);
    });
  });

const Rescheduled = z
  .object({
    postId: PostId,
    status: z
      .enum(['rescheduled', 'refused'])
      .meta({ description: '`rescheduled`: it has the new time; `refused`: it is unchanged, see `problem`' }),
    scheduledAt: Instant.nullable().meta({ description: 'New time (UTC); null if refused' }),
    problem: Problem.pick({ status: true, code: true, detail: true, fields: true })
      .nullable()
      .meta({ description: 'Why the post was refused; null otherwise' }),
  })
  .meta({ id: 'RescheduledPost' });
export type Rescheduled = z.infer<typeof Rescheduled>;

export const reschedulePosts = operation({
  id: 'reschedulePosts',
  method: 'POST',
  path: '/v1/posts/reschedule',
  summary: 'Reschedule up to 100 posts, each independently',
  description:
    'A refused post keeps its time and does not affect the others. `items` reports the outcome of each, in the order of ' +
    'the request; `problem` has a code of `schedulePost`, `not_scheduled` (`shiftMinutes` for a post that was never ' +
    'scheduled) or `internal_error`. A post that is held, or was cancelled, missed or failed, is scheduled again.',
  access: 'posts:schedule',
  request: { body: z.strictObject({ items: Items }) },
  response: z.object({ items: z.array(Rescheduled) }),
  status: 200,
  limit: 'costly',
});

export const operations = [reschedulePosts] as const;
