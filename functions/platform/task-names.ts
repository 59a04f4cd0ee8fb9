/** Names of the workflow tasks of this context. */
export const tasks = {
  callForAutomation: 'platform.callForAutomation',
  pollFeeds: 'platform.pollFeeds',
  sharePerson: 'platform.sharePerson',
  eraseWorkspace: 'platform.eraseWorkspace',
} as const;
