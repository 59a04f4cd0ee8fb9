import { DomainError } from '#shared/errors.ts';
import { problemOf } from '#shared/http/problem.ts';
import type { Caller } from '#shared/http/route.ts';
import { inLanes } from '#shared/lanes.ts';
import { instantAfter } from '#shared/time.ts';
import { requireReady } from '../checks/readiness.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import type { Rescheduled, RescheduleItem } from './bulk-contract.ts';
import type { ScheduleRequest } from './contract.ts';
import { scheduleAsAsked } from './schedule.ts';

/** Number of posts written concurrently. */
const lanes = 10;

/** Reschedules posts, each in a separate write. A refused post keeps its time, and its result gives the reason. */
export const reschedule = (deps: Deps, items: readonly RescheduleItem[], caller: Caller): Promise<Rescheduled[]> =>
  inLanes(items, lanes, async (item, place) => {
    try {
      const { scheduledAt } = await rescheduleOne(deps, item, caller);
      return { postId: item.postId, status: 'rescheduled' as const, scheduledAt, problem: null };
    } catch (error) {
      // Even a fault is reported for its own post only: the other posts are written by then.
      const problem = problemOf(error, caller.correlationId);
      const fields = problem.fields?.map((field) => ({
        ...field,
        path: field.path.replace(/^body\./, `body.items.${place}.`),
      }));
      return {
        postId: item.postId,
        status: 'refused' as const,
        scheduledAt: null,
        problem: { ...problem, ...(fields && { fields }) },
      };
    }
  });

const rescheduleOne = async (deps: Deps, item: RescheduleItem, caller: Caller): Promise<Post> => {
  const post = await deps.posts.get(caller.workspaceId, item.postId);
  const { post: scheduled } = await scheduleAsAsked(post, timeOf(post, item), caller.personId, deps.now());
  return deps.posts.save(await requireReady(deps, scheduled), caller);
};

/** The requested time. @throws DomainError `not_scheduled` for shifting a post that has no time */
const timeOf = (post: Post, asked: RescheduleItem): ScheduleRequest => {
  if (!('shiftMinutes' in asked)) return asked;
  if (post.scheduledAt === null) {
    const message = 'cannot be applied: the post has no scheduled time';
    throw new DomainError('conflict', 'not_scheduled', 'A post without a scheduled time cannot be shifted.', {
      fields: [{ path: 'body.shiftMinutes', code: 'not_scheduled', message }],
    });
  }
  return {
    publishAt: instantAfter(post.scheduledAt, asked.shiftMinutes * 60_000),
    timeZone: asked.timeZone ?? post.timeZone ?? undefined,
  };
};
