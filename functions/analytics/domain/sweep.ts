import type { TrackedPost } from './tracked-post.ts';

/** Posts of one account that are read together. */
export interface Batch {
  workspaceId: string;
  accountId: string;
  postIds: string[];
  xPostIds: string[];
}

/** X's largest look-up (X API, GET /2/tweets). */
const largestBatch = 100;

/** A sweep reads at most this many X posts: its batches travel in one workflow state of 256 KiB. */
export const maxXPosts = 2_000;

/** The due posts as batches, those due longest first, up to `limit` X posts; a thread is never torn apart. */
export const batchesOf = (due: readonly TrackedPost[], limit: number): Batch[] => {
  const batches: Batch[] = [];
  const open = new Map<string, Batch>();
  let count = 0;
  for (const { id, workspaceId, accountId, xPostIds } of due.toSorted(byDue)) {
    count += xPostIds.length;
    if (count > limit && batches.length > 0) break;
    const key = `${workspaceId}/${accountId}`;
    let batch = open.get(key);
    if (!batch || batch.xPostIds.length + xPostIds.length > largestBatch) {
      batch = { workspaceId, accountId, postIds: [], xPostIds: [] };
      open.set(key, batch);
      batches.push(batch);
    }
    batch.postIds.push(id);
    batch.xPostIds.push(...xPostIds);
  }
  return batches;
};

const byDue = (one: TrackedPost, other: TrackedPost): number =>
  Date.parse(one.nextSweepAt ?? '') - Date.parse(other.nextSweepAt ?? '');
