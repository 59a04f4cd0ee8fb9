import { instantAfter } from '#shared/time.ts';
import { overdueMs, type Post, toBeLookedFor } from './post.ts';
import { anew } from './release.ts';

/** The latest instant (UTC) whose posts are overdue at `now`. */
export const overdueBefore = (now: Date): string => instantAfter(now, -overdueMs);

/**
 * Reschedules the post immediately, to replace a lost execution. X is first searched for what that execution published.
 */
export const revive = (post: Post, now: Date): Post => ({ ...anew(post, now), publication: toBeLookedFor(post, now) });
