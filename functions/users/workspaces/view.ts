import { mayDo, type Role } from '#shared/permissions.ts';
import type { Workspace } from '../domain/workspace.ts';

/** A workspace as a member of the role sees it: the budget is for who may read usage. */
export const workspaceView = (workspace: Workspace, role: Role) => {
  const { monthlyBudgetMicros, ...settings } = workspace.settings;
  return { ...workspace, settings: { ...settings, ...(mayDo(role, 'usage:read') && { monthlyBudgetMicros }) } };
};
