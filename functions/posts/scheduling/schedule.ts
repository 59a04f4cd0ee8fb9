import { knownTimeZone } from '#shared/http/time-zone.ts';
import { type Post, schedule } from '../domain/post.ts';
import type { Resolution } from '../resolve-local-time.ts';
import type { ScheduleRequest } from './contract.ts';

/**
 * Schedules the post as a person asked: for an instant, or for a local time in a zone.
 * @throws DomainError for a zone that does not exist, and those of `schedule`
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
