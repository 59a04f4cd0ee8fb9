/** Steps of workflows that this context carries out. */
export const tasks = {
  permit: 'campaigns.permit',
  catchUp: 'campaigns.catchUp',
  planWindow: 'campaigns.planWindow',
  finish: 'campaigns.finish',
  openCheck: 'campaigns.openCheck',
  readPart: 'campaigns.readPart',
  keepPart: 'campaigns.keepPart',
  report: 'campaigns.report',
  failCheck: 'campaigns.failCheck',
  claimPart: 'campaigns.claimPart',
  start: 'campaigns.start',
  abandonLaunch: 'campaigns.abandonLaunch',
  readApprovals: 'campaigns.readApprovals',
  keepApprovals: 'campaigns.keepApprovals',
  sharePerson: 'campaigns.sharePerson',
  eraseWorkspace: 'campaigns.eraseWorkspace',
} as const;
