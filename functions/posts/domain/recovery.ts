import { instantAfter } from '#shared/time.ts';
import { overdueMs, type Post, toBeLookedFor } from './post.ts';
import { anew } from './release.ts';

/** The latest instant (UTC) whose posts are overdue at `now`. */
export const overdueBefore = (now: Date): string => instantAfter(now, -overdueMs);

/**
 * The post, rescheduled at once in place of a lost execution. What that execution published is first looked for on X.
 */
export const revive = (post: Post, now: Date): Post => ({ ...anew(post, now), publication: toBeLookedFor(post, now) });
