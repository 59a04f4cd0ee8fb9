/** Steps of workflows that this context carries out. */
export const tasks = {
  dueBatches: 'analytics.dueBatches',
  recordSnapshots: 'analytics.recordSnapshots',
  rollUpDay: 'analytics.rollUpDay',
  closePage: 'analytics.closePage',
  endSweep: 'analytics.endSweep',
  recomputeDays: 'analytics.recomputeDays',
  closeDays: 'analytics.closeDays',
  applyRetention: 'analytics.applyRetention',
  runDailyChecks: 'analytics.runDailyChecks',
  makeReport: 'analytics.makeReport',
  requestDueReports: 'analytics.requestDueReports',
  giveUpReport: 'analytics.giveUpReport',
  readForAutomation: 'analytics.readForAutomation',
  sharePerson: 'analytics.sharePerson',
  eraseWorkspace: 'analytics.eraseWorkspace',
} as const;
