import type { TrackedPost } from './tracked-post.ts';

/** Posts of one account that are read together. */
export interface Batch {
  workspaceId: string;
  accountId: string;
  postIds: string[];
  xPostIds: string[];
}

/** Maximum number of posts in a look-up (X API, GET /2/tweets). */
const largestBatch = 100;

/** Packs posts into look-ups by account, in the given order. A thread is never split: its parts are added up. */
export const batchesOf = (posts: readonly TrackedPost[]): Batch[] => {
  const batches: Batch[] = [];
  const open = new Map<string, Batch>();
  for (const { id, workspaceId, accountId, xPostIds } of posts) {
    let batch = open.get(accountId);
    if (!batch || batch.xPostIds.length + xPostIds.length > largestBatch) {
      batch = { workspaceId, accountId, postIds: [], xPostIds: [] };
      open.set(accountId, batch);
      batches.push(batch);
    }
    batch.postIds.push(id);
    batch.xPostIds.push(...xPostIds);
  }
  return batches;
};
