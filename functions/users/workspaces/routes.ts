import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { personNow } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { tooMany } from '../domain/bounds.ts';
import {
  deletionPending,
  type Membership,
  newOwner,
  newWorkspace,
  noSuchWorkspace,
  nothingToRestore,
  scheduleDeletion,
  workspacesBound,
  wrongName,
} from '../domain/workspace.ts';
import * as contract from './contract.ts';
import { workspaceView } from './workspace-view.ts';

/** Routes of a person's workspaces, including creation and deletion. */
export const workspacesRoutes = (deps: Deps): Route[] => {
  const { people, workspaces, now, deletionGraceDays } = deps;

  /** @throws DomainError `workspace_not_found` for a workspace that the person is not in, or is disabled in. */
  const placeIn = async (workspaceId: string, personId: string): Promise<Membership> => {
    const member = await people.findMembership(workspaceId, personId);
    if (member?.status !== 'active') throw noSuchWorkspace();
    return member;
  };

  return [
    route(contract.createWorkspace, async ({ body, caller }) => {
      const { person } = await personNow(deps, caller);
      const mine = await people.membershipsOf(person.id);
      if (mine.length >= workspacesBound.most) throw tooMany(workspacesBound);
      const workspaceId = newId('wsp', now());
      const owner = newOwner(workspaceId, person, 'own_workspace');
      return workspaces.create(newWorkspace(workspaceId, body.name), owner, caller);
    }),
    route(contract.listMyWorkspaces, async ({ caller }) => {
      const { person } = await personNow(deps, caller);
      const mine = (await people.membershipsOf(person.id)).filter(({ status }) => status === 'active');
      const items = mine.map(async ({ workspaceId, role }) => {
        const { name } = await people.getWorkspace(workspaceId);
        return { workspaceId, name, role, isActive: workspaceId === caller.workspaceId };
      });
      return { items: await Promise.all(items) };
    }),
    route(contract.getMyWorkspace, async ({ path, caller }) => {
      const { role } = await placeIn(path.workspaceId, caller.personId);
      return workspaceView(await people.getWorkspace(path.workspaceId), role);
    }),
    route(contract.switchWorkspace, async ({ path, caller }) => {
      const member = await placeIn(path.workspaceId, caller.personId);
      if (!(await workspaces.switchTo(member, caller))) throw noSuchWorkspace();
      return { workspaceId: member.workspaceId, role: member.role, nextStep: 'refresh_tokens' as const };
    }),
    route(contract.deleteWorkspace, async ({ body, caller }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      if (body.name !== workspace.name) throw wrongName();
      const scheduled = scheduleDeletion(workspace, deletionGraceDays, now());
      if (!scheduled) throw deletionPending();
      return people.saveWorkspace(scheduled, caller);
    }),
    route(contract.restoreWorkspace, async ({ caller }) => {
      const workspace = await people.getWorkspace(caller.workspaceId);
      if (workspace.deletionDueAt === null || workspace.deletedAt !== null) throw nothingToRestore();
      return people.saveWorkspace({ ...workspace, deletionDueAt: null }, caller);
    }),
  ];
};
