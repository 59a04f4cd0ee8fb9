import { newPublication, type Post } from './post.ts';

/** Whether a thread has begun to appear on X. */
export const isPartlyOut = ({ publication }: Post): boolean => (publication?.parts.length ?? 0) > 0;

/** What waits with nothing out can still be cancelled; a thread that is partly out goes on. */
export const putOffStatus = (post: Post): 'scheduled' | 'publishing' =>
  isPartlyOut(post) ? 'publishing' : 'scheduled';

/** The post with a new scheduling, at once: whatever the one before still does, it is over. */
export const anew = (post: Post, now: Date): Post => ({
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
