import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { revoke } from '../service-accounts/revoke.ts';

type Known = Pick<Deps, 'people' | 'members' | 'workspaces' | 'serviceAccounts' | 'directory' | 'now'>;

/** Members removed in one step; each is a transaction. */
const membersAtATime = 50;

/** Returns the workspaces whose deletion is due or has begun. */
export const dueWorkspaces = async ({ workspaces, now }: Pick<Deps, 'workspaces' | 'now'>) => ({
  workspaces: (await workspaces.due(now().toISOString())).map((workspaceId) => ({ workspaceId })),
});

/**
 * One step of deleting a workspace. The first step publishes the deletion, which can then no longer be cancelled. The
 * next steps remove the members, revoke the service accounts and erase this context's other data (invitations, emails,
 * known X accounts, security events), so that nothing new can be written. The other contexts then erase theirs, and
 * `closeWorkspace` completes the deletion.
 */
export const eraseWorkspace = async (
  deps: Known,
  workspaceId: string,
  author: Author,
): Promise<'more' | 'erased' | 'not_due'> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const due = workspace?.deletionDueAt ?? null;
  // Cancelled, or already completed by another run.
  if (!workspace || due === null || Date.parse(due) > deps.now().getTime()) return 'not_due';
  if (workspace.deletedAt === null) {
    await deps.people.saveWorkspace({ ...workspace, deletedAt: deps.now().toISOString() }, author);
    return 'more';
  }
  return (await eraseShare(deps, workspaceId, author)) ? 'more' : 'erased';
};

/**
 * Completes what `eraseWorkspace` began, once every context has erased its data: removes the name, and the workspace is
 * no longer due. The audit trail stays, because it identifies people only by id and has its own retention.
 */
export const closeWorkspace = async (
  { people }: Pick<Deps, 'people'>,
  workspaceId: string,
  author: Author,
): Promise<'done'> => {
  const workspace = await people.findWorkspace(workspaceId);
  // Already completed by another run.
  if (!workspace || workspace.deletedAt === null || workspace.deletionDueAt === null) return 'done';
  await people.saveWorkspace({ ...workspace, name: 'Deleted workspace', deletionDueAt: null }, author);
  return 'done';
};

/** Erases a batch of the remaining data; returns whether there was any. */
const eraseShare = async (deps: Known, workspaceId: string, author: Author): Promise<boolean> => {
  const { members, serviceAccounts, workspaces } = deps;
  const machines = await serviceAccounts.active(workspaceId);
  for (const account of machines) await revoke(deps, account, author);
  const present = (await members.all(workspaceId)).slice(0, membersAtATime);
  for (const member of present) await members.erase(member, author);
  const papers = await workspaces.erasePapers(workspaceId);
  return machines.length + present.length + papers > 0;
};
