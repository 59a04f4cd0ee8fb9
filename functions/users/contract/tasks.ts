/** Steps of workflows that this context carries out. */
export const tasks = {
  trails: 'users.trails',
  tendTrail: 'users.tendTrail',
  exportAudit: 'users.exportAudit',
  giveUpExport: 'users.giveUpExport',
  dueWorkspaces: 'users.dueWorkspaces',
  eraseWorkspace: 'users.eraseWorkspace',
  closeWorkspace: 'users.closeWorkspace',
  leaveWorkspaces: 'users.leaveWorkspaces',
  erasePerson: 'users.erasePerson',
} as const;
