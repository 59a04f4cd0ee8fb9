import { instantAfter } from '../../../shared/time.ts';
import { newPublication, type Post } from './post.ts';

/** Whether a thread has begun to appear on X. */
export const isPartlyOut = ({ publication }: Post): boolean => (publication?.parts.length ?? 0) > 0;

/** What waits with nothing out can still be cancelled; a thread that is partly out goes on. */
export const putOffStatus = (post: Post): 'scheduled' | 'publishing' =>
  isPartlyOut(post) ? 'publishing' : 'scheduled';

/** A post that nobody has brought out this long after its time is looked after. In milliseconds. */
const overdueMs = 45_000;

/** Whether the post's time has come and passed without an end. */
export const isOverdue = ({ status, nextAttemptAt }: Post, now: Date): boolean =>
  (status === 'scheduled' || status === 'publishing') &&
  nextAttemptAt !== null &&
  now.getTime() - Date.parse(nextAttemptAt) > overdueMs;

/** The latest instant (UTC) whose posts are overdue at `now`. */
export const overdueBefore = (now: Date): string => instantAfter(now, -overdueMs);

/** The post, scheduled anew at once in place of an execution that is lost. */
export const revive = (post: Post, now: Date): Post => ({
  ...post,
  claimedBy: null,
  nextAttemptAt: now.toISOString(),
  scheduleVersion: post.scheduleVersion + 1,
});

/** The held post on its way again: what held it is over. Its lateness still counts from when it was due. */
export const release = (post: Post, now: Date): Post => ({
  ...revive(post, now),
  status: putOffStatus(post),
  publication: { ...(post.publication ?? newPublication(now.toISOString())), attempts: 0 },
  problem: null,
});
