/** Steps of workflows that this context carries out. */
export const tasks = {
  trails: 'users.trails',
  checkpointTrail: 'users.checkpointTrail',
  exportAudit: 'users.exportAudit',
  giveUpExport: 'users.giveUpExport',
  reportCompliance: 'users.reportCompliance',
  giveUpComplianceReport: 'users.giveUpComplianceReport',
  beginPersonExport: 'users.beginPersonExport',
  sharePerson: 'users.sharePerson',
  archivePerson: 'users.archivePerson',
  giveUpPersonExport: 'users.giveUpPersonExport',
  nameWorkspace: 'users.nameWorkspace',
  dueWorkspaces: 'users.dueWorkspaces',
  eraseWorkspace: 'users.eraseWorkspace',
  closeWorkspace: 'users.closeWorkspace',
  leaveWorkspaces: 'users.leaveWorkspaces',
  erasePerson: 'users.erasePerson',
} as const;
