import { mayDo, type Role } from '#shared/permissions.ts';
import type { Workspace } from '../domain/workspace.ts';

/** Returns a workspace as shown to a role: budgets require the permission to read usage. */
export const workspaceView = (workspace: Workspace, role: Role) => {
  const { monthlyBudgetMicros, monthlyReadBudgetMicros, ...settings } = workspace.settings;
  const budgets = mayDo(role, 'usage:read') && { monthlyBudgetMicros, monthlyReadBudgetMicros };
  return { ...workspace, settings: { ...settings, ...budgets } };
};
