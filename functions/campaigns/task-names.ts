/** Steps of workflows that this context carries out. */
export const tasks = {
  permit: 'campaigns.permit',
  planWindow: 'campaigns.planWindow',
  finish: 'campaigns.finish',
  sharePerson: 'campaigns.sharePerson',
  eraseWorkspace: 'campaigns.eraseWorkspace',
} as const;
