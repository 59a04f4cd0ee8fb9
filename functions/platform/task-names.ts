/** Steps of workflows that this context carries out. */
export const tasks = {
  callForAutomation: 'platform.callForAutomation',
  sharePerson: 'platform.sharePerson',
  eraseWorkspace: 'platform.eraseWorkspace',
} as const;
