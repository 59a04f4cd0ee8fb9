import { mayDo, type Role } from '#shared/permissions.ts';
import type { Workspace } from '../domain/workspace.ts';

/** A workspace as a member of the role sees it: budgets are for those who may read usage. */
export const workspaceView = (workspace: Workspace, role: Role) => {
  const { monthlyBudgetMicros, monthlyReadBudgetMicros, ...settings } = workspace.settings;
  const budgets = mayDo(role, 'usage:read') && { monthlyBudgetMicros, monthlyReadBudgetMicros };
  return { ...workspace, settings: { ...settings, ...budgets } };
};
