import type { WorkspaceDeletionScheduled } from '#events/users.ts';
import type { EventOf } from '#shared/events/event.ts';
import type { Deps } from '../deps.ts';
import { apiRequest } from '../domain/api-request.ts';
import { inZone } from '../domain/in-zone.ts';
import { isOwner, mailMembers } from './mail-members.ts';

/**
 * Emails the owners of a workspace that one of them scheduled its deletion, when it will be deleted, and how to cancel.
 * Not sent if the deletion was cancelled or has begun meanwhile.
 */
export const mailDeletion = async (
  deps: Pick<Deps, 'members' | 'people' | 'mails' | 'mailing'>,
  { workspaceId, actor, correlationId, data: { dueAt } }: EventOf<typeof WorkspaceDeletionScheduled>,
): Promise<void> => {
  const { members, people, mailing } = deps;
  const workspace = await people.findWorkspace(workspaceId);
  if (workspace?.deletionDueAt !== dueAt || workspace.deletedAt !== null) return;
  const asker = await members.record(workspaceId, actor.id);
  const ownerName = asker && (await people.find(asker.subject))?.name;
  const data = {
    workspaceName: workspace.name,
    ...(ownerName !== undefined && { ownerName }),
    deleteAt: inZone(dueAt, workspace.settings.timeZone),
    restore: apiRequest(mailing.publicUrl, 'POST', '/v1/workspace/restore'),
  };
  await mailMembers(deps, { workspaceId, kind: 'workspace_deletion', data, correlationId }, isOwner);
};
