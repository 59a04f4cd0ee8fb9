import type * as z from 'zod';
import { knownTimeZone } from '../../shared/http/time-zone.ts';
import type { ScheduleRequest } from './contract/scheduling.ts';
import { schedule, type Post } from './domain/post.ts';
import type { Resolution } from './zoned-time.ts';

/**
 * The post as a person schedules it: at an instant, or at a time on the clock of a zone.
 * @throws DomainError for a zone that does not exist, and as `schedule` does
 */
export const scheduleAsAsked = async (
  post: Post,
  { publishAt, localTime, timeZone, missedPolicy }: z.infer<typeof ScheduleRequest>,
  by: string,
  now: Date,
): Promise<{ post: Post; resolution: Resolution }> => {
  const zone = timeZone === undefined ? null : knownTimeZone(timeZone);
  const { instant, resolution } =
    localTime !== undefined && zone !== null
      ? (await import('./zoned-time.ts')).instantOf(localTime, zone)
      : { instant: publishAt ?? '', resolution: 'exact' as const };
  const scheduled = schedule(post, instant, zone, now);
  return {
    post: { ...scheduled, scheduledBy: by, missedPolicy: missedPolicy ?? post.missedPolicy },
    resolution,
  };
};
