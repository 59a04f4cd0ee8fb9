import { knownTimeZone } from '#shared/http/time-zone.ts';
import { type Post, schedule } from '../domain/post.ts';
import type { Resolution } from '../resolve-local-time.ts';
import type { ScheduleRequest } from './contract.ts';

/**
 * The post as a person schedules it: at an instant, or at a time on the clock of a zone.
 * @throws DomainError for a zone that does not exist, and as `schedule` does
 */
export const scheduleAsAsked = async (
  post: Post,
  asked: ScheduleRequest,
  by: string,
  now: Date,
): Promise<{ post: Post; resolution: Resolution }> => {
  const zone = asked.timeZone === undefined ? null : knownTimeZone(asked.timeZone);
  const { instant, resolution } =
    'localTime' in asked
      ? (await import('../resolve-local-time.ts')).instantOf(asked.localTime, knownTimeZone(asked.timeZone))
      : { instant: asked.publishAt, resolution: 'exact' as const };
  const scheduled = schedule(post, instant, zone, now);
  return {
    post: { ...scheduled, scheduledBy: by, missedPolicy: asked.missedPolicy ?? post.missedPolicy },
    resolution,
  };
};
