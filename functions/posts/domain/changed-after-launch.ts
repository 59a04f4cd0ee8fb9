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
 * The post as a campaign has planned it, or held when somebody who may not schedule has changed what goes out since
 * the launch or resumption: the launch approved the content of that moment. The launch is answered before posts hear
 * of it, and until then nothing keeps others from changing it.
 * @param post as it was before
 * @param files that the post carries, by id
 * @param askedAt when the campaign was launched or resumed; unknown for plans from before this was published
 */
export const asLaunched = (post: Post, planned: Post, files: MediaOf, askedAt: string | undefined): Post => {
  if (askedAt === undefined || planned.status !== 'scheduled' || isOverruled(planned, askedAt)) return planned;
  // Once held for this it needs a decision of its own: a resumption of its campaign is not enough.
  if (post.status === 'held' && post.problem?.code === changedAfterLaunch.code)
    return hold(planned, changedAfterLaunch);
  const changes = [
    { at: planned.writtenAt ?? planned.createdAt, schedules: planned.writerSchedules },
    ...[...files.values()].flatMap(({ describedBy }) => describedBy),
  ];
  const isChanged = changes.some(({ at, schedules }) => !schedules && Date.parse(at) > Date.parse(askedAt));
  return isChanged ? hold(planned, changedAfterLaunch) : planned;
};
