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

/**
 * The posts as look-ups of their accounts, in the order that is given. A thread is never torn apart: its parts are added
 * up.
 */
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
