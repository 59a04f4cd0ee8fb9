import type { MediaOf } from './content.ts';
import { isOverruled, type Post } from './post.ts';
import { hold } from './publication.ts';

export const changedAfterLaunch = {
  code: 'changed_after_launch',
  reason:
    'Someone who cannot schedule posts changed this post after its campaign was launched. Review it, approve it if the ' +
    'workspace requires approval, then publish or schedule it.',
};

/**
 * Returns the planned post, or holds it if someone who may not schedule has changed its content since the launch or
 * resumption, which approved the content as it was then. This context receives the launch only after the caller got the
 * response; until then, nothing keeps others from changing the post.
 * @param post before it was planned
 * @param files of the post, by id
 * @param askedAt when the campaign was launched or resumed; unknown for plans from before this was published
 */
export const asLaunched = (post: Post, planned: Post, files: MediaOf, askedAt: string | undefined): Post => {
  if (askedAt === undefined || planned.status !== 'scheduled' || isOverruled(planned, askedAt)) return planned;
  // Once held for this, the post needs a separate decision: resuming its campaign is not enough.
  if (post.status === 'held' && post.problem?.code === changedAfterLaunch.code)
    return hold(planned, changedAfterLaunch);
  const changes = [
    { at: planned.writtenAt ?? planned.createdAt, schedules: planned.writerSchedules },
    ...[...files.values()].flatMap(({ describedBy }) => describedBy),
  ];
  const isChanged = changes.some(({ at, schedules }) => !schedules && Date.parse(at) > Date.parse(askedAt));
  return isChanged ? hold(planned, changedAfterLaunch) : planned;
};
