/** Steps of workflows that this context carries out. */
export const tasks = {
  dueBatches: 'analytics.dueBatches',
  recordSnapshots: 'analytics.recordSnapshots',
  eraseWorkspace: 'analytics.eraseWorkspace',
} as const;
