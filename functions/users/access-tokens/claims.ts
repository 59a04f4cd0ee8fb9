import type { Membership } from '../domain/workspace.ts';

/** Who a token stands for, and what they may do. */
export const claimsOf = (personId: string, { workspaceId, role }: Pick<Membership, 'workspaceId' | 'role'>) => ({
  person_id: personId,
  workspace_id: workspaceId,
  role,
});
