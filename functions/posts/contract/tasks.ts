/** Steps of workflows that this context carries out. */
export const tasks = {
  claim: 'posts.claim',
  record: 'posts.record',
  findOverdue: 'posts.findOverdue',
  revive: 'posts.revive',
  remindOfApprovals: 'posts.remindOfApprovals',
  recordUnpublished: 'posts.recordUnpublished',
  recordRepost: 'posts.recordRepost',
  eraseWorkspace: 'posts.eraseWorkspace',
} as const;
