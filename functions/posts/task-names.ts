/** Steps of workflows that this context carries out. */
export const tasks = {
  claim: 'posts.claim',
  record: 'posts.record',
  findOverdue: 'posts.findOverdue',
  revive: 'posts.revive',
  remindOfApprovals: 'posts.remindOfApprovals',
  recordUnpublished: 'posts.recordUnpublished',
  recordRepost: 'posts.recordRepost',
  sharePerson: 'posts.sharePerson',
  eraseWorkspace: 'posts.eraseWorkspace',
} as const;
