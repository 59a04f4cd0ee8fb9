import * as events from '#events/users.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Workspace } from '../domain/workspace.ts';

/** Events of a change to a workspace. A new one has no event of its own: its first member's implies it. */
export const workspaceEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  before ? ofWorkspace(entityOf(Workspace, before), entityOf(Workspace, after)) : [];

const ofWorkspace = (before: Workspace, workspace: Workspace): DomainEvent[] => {
  const { settings, workspaceId } = workspace;
  return [
    ...deletionEvents(before, workspace),
    ...(JSON.stringify(before.settings) === JSON.stringify(settings)
      ? []
      : [tell(events.WorkspaceSettingsChanged, workspace, workspaceId, { ...settings, previous: before.settings })]),
  ];
};

/** Events of the deletion of a workspace. */
const deletionEvents = (before: Workspace, workspace: Workspace): DomainEvent[] => {
  const { workspaceId, deletionDueAt: dueAt, deletedAt } = workspace;
  if (deletedAt !== before.deletedAt) return [tell(events.WorkspaceDeleted, workspace, workspaceId, {})];
  if (deletedAt !== null || dueAt === before.deletionDueAt) return [];
  return dueAt === null
    ? [tell(events.WorkspaceDeletionCancelled, workspace, workspaceId, {})]
    : [tell(events.WorkspaceDeletionScheduled, workspace, workspaceId, { dueAt })];
};
