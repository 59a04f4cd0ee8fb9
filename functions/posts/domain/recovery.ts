import { instantAfter } from '#shared/time.ts';
import { newPublication, overdueMs, type Post, toBeLookedFor } from './post.ts';

/** Whether a thread has begun to appear on X. */
export const isPartlyOut = ({ publication }: Post): boolean => (publication?.parts.length ?? 0) > 0;

/** What waits with nothing out can still be cancelled; a thread that is partly out goes on. */
export const putOffStatus = (post: Post): 'scheduled' | 'publishing' =>
  isPartlyOut(post) ? 'publishing' : 'scheduled';

/** The latest instant (UTC) whose posts are overdue at `now`. */
export const overdueBefore = (now: Date): string => instantAfter(now, -overdueMs);

/**
 * The post, rescheduled at once in place of a lost execution. What that execution published is first looked for on X.
 */
export const revive = (post: Post, now: Date): Post => ({ ...anew(post, now), publication: toBeLookedFor(post, now) });

const anew = (post: Post, now: Date): Post => ({
  ...post,
  claimedBy: null,
  nextAttemptAt: now.toISOString(),
  scheduleVersion: post.scheduleVersion + 1,
});

/** The held post on its way again: its reason to be held is gone. Its lateness still counts from when it was due. */
export const release = (post: Post, now: Date): Post => ({
  ...anew(post, now),
  status: putOffStatus(post),
  publication: { ...(post.publication ?? newPublication(now.toISOString())), attempts: 0 },
  problem: null,
});
