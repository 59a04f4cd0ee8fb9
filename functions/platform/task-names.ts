/** Steps of workflows that this context carries out. */
export const tasks = {
  sharePerson: 'platform.sharePerson',
  eraseWorkspace: 'platform.eraseWorkspace',
} as const;
