/** Steps of workflows that this context carries out. */
export const tasks = {
  dueBatches: 'analytics.dueBatches',
  recordSnapshots: 'analytics.recordSnapshots',
  rollUpDay: 'analytics.rollUpDay',
  closePage: 'analytics.closePage',
  recomputeDays: 'analytics.recomputeDays',
  eraseWorkspace: 'analytics.eraseWorkspace',
} as const;
