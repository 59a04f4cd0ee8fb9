import type { Membership } from '../domain/workspace.ts';

/** Claims that identify the owner of a token and their role in a workspace. */
export const claimsOf = (personId: string, { workspaceId, role }: Pick<Membership, 'workspaceId' | 'role'>) => ({
  person_id: personId,
  workspace_id: workspaceId,
  role,
});
