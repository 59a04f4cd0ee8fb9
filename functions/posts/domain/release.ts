import { newPublication, type Post } from './post.ts';

/** Whether a part of the post is on X. */
export const isPartlyOut = ({ publication }: Post): boolean => (publication?.parts.length ?? 0) > 0;

/** Status of a post that is put off: it can still be cancelled if nothing of it is on X; otherwise it continues. */
export const putOffStatus = (post: Post): 'scheduled' | 'publishing' =>
  isPartlyOut(post) ? 'publishing' : 'scheduled';

/** Schedules the post anew, for now; its earlier execution can no longer change anything. */
export const anew = (post: Post, now: Date): Post => ({
  ...post,
  claimedBy: null,
  nextAttemptAt: now.toISOString(),
  scheduleVersion: post.scheduleVersion + 1,
});

/** Puts a held post back on its way: the reason for holding it is gone. Lateness still counts from when it was due. */
export const release = (post: Post, now: Date): Post => ({
  ...anew(post, now),
  status: putOffStatus(post),
  publication: { ...(post.publication ?? newPublication(now.toISOString())), attempts: 0 },
  problem: null,
});
