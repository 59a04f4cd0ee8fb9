/** Steps of workflows that this context carries out. */
export const tasks = {
  publishPart: 'accounts.publishPart',
  uploadMedia: 'accounts.uploadMedia',
  readPosts: 'accounts.readPosts',
  reencrypt: 'accounts.reencrypt',
  dueProbes: 'accounts.dueProbes',
  probe: 'accounts.probe',
  deletePost: 'accounts.deletePost',
  repost: 'accounts.repost',
  tallyUsage: 'accounts.tallyUsage',
  doubtfulUsages: 'accounts.doubtfulUsages',
  correctUsage: 'accounts.correctUsage',
  describeForCampaign: 'accounts.describeForCampaign',
  sharePerson: 'accounts.sharePerson',
  eraseWorkspace: 'accounts.eraseWorkspace',
  erasePerson: 'accounts.erasePerson',
} as const;
