import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId } from '#shared/ids.ts';
import { TimeZone } from '#shared/time.ts';
import type { Post, PostStatus } from './post.ts';

/** A weekly time, in the queue's time zone, at which an account may publish one post. */
export const QueueSlot = z.strictObject({
  weekday: z.int().min(1).max(7).meta({ description: 'Day of the week, from 1 (Monday) to 7 (Sunday)' }),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:30')
    .meta({ description: 'Local time in the zone of the queue', examples: ['09:30'] }),
});
export type QueueSlot = z.infer<typeof QueueSlot>;

/** The weekly times at which an account publishes queued posts. */
export const Queue = z.object({
  ...entityFields,
  accountId: AccountId,
  timeZone: TimeZone,
  slots: z.array(QueueSlot).meta({ description: 'Slots of the week' }),
});
export type Queue = z.infer<typeof Queue>;

/** Statuses in which a post occupies its scheduled time. */
const keepsItsTime: readonly PostStatus[] = ['scheduled', 'publishing', 'held'];

/** Whether the post occupies this time (UTC, as stored) of the account: no other post may be queued there. */
export const hasTime = (post: Post, accountId: string, at: string): boolean =>
  keepsItsTime.includes(post.status) && post.accountId === accountId && post.scheduledAt === at;
