/** Tasks of this context, called by workflows. */
export const tasks = {
  claim: 'posts.claim',
  record: 'posts.record',
  findOverdue: 'posts.findOverdue',
  revive: 'posts.revive',
  remindOfApprovals: 'posts.remindOfApprovals',
  recordUnpublished: 'posts.recordUnpublished',
  claimRepost: 'posts.claimRepost',
  recordRepost: 'posts.recordRepost',
  readLinkClicks: 'posts.readLinkClicks',
  describeForCampaign: 'posts.describeForCampaign',
  composeForCampaign: 'posts.composeForCampaign',
  discardForCampaign: 'posts.discardForCampaign',
  approveForCampaign: 'posts.approveForCampaign',
  actForAutomation: 'posts.actForAutomation',
  sharePerson: 'posts.sharePerson',
  eraseWorkspace: 'posts.eraseWorkspace',
} as const;
