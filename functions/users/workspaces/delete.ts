import type { Author } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { revoke } from '../service-accounts/revoke.ts';

type Known = Pick<Deps, 'people' | 'members' | 'workspaces' | 'serviceAccounts' | 'directory' | 'now'>;

/** Batch size: members removed in one step. Each is a transaction. */
const membersAtATime = 50;

/** The workspaces of all whose deletion is due, or has begun. */
export const dueWorkspaces = async ({ workspaces, now }: Pick<Deps, 'workspaces' | 'now'>) => ({
  workspaces: (await workspaces.due(now().toISOString())).map((workspaceId) => ({ workspaceId })),
});

/**
 * One step of a workspace's end. The first step publishes the deletion; from there on it cannot be cancelled. The next
 * ones erase this context's own share (members, machines, invitations and mails), so that nothing new can be written.
 * The other contexts then erase theirs, and `closeWorkspace` ends it.
 */
export const eraseWorkspace = async (
  deps: Known,
  workspaceId: string,
  author: Author,
): Promise<'more' | 'erased' | 'not_due'> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const due = workspace?.deletionDueAt ?? null;
  // Cancelled, or erased by another run.
  if (!workspace || due === null || Date.parse(due) > deps.now().getTime()) return 'not_due';
  if (workspace.deletedAt === null) {
    await deps.people.saveWorkspace({ ...workspace, deletedAt: deps.now().toISOString() }, author);
    return 'more';
  }
  return (await eraseShare(deps, workspaceId, author)) ? 'more' : 'erased';
};

/**
 * Ends what `eraseWorkspace` began, once every context has erased its share: the name is removed, and no later run
 * finds the workspace. The audit trail stays: it names people by id only and has its own retention.
 */
export const closeWorkspace = async (
  { people }: Pick<Deps, 'people'>,
  workspaceId: string,
  author: Author,
): Promise<'done'> => {
  const workspace = await people.findWorkspace(workspaceId);
  // Closed by another run.
  if (!workspace || workspace.deletedAt === null || workspace.deletionDueAt === null) return 'done';
  await people.saveWorkspace({ ...workspace, name: 'Deleted workspace', deletionDueAt: null }, author);
  return 'done';
};

/** Erases a part of what is left; returns whether there was anything. */
const eraseShare = async (deps: Known, workspaceId: string, author: Author): Promise<boolean> => {
  const { members, serviceAccounts, workspaces } = deps;
  const machines = await serviceAccounts.active(workspaceId);
  for (const account of machines) await revoke(deps, account, author);
  const present = (await members.all(workspaceId)).slice(0, membersAtATime);
  for (const member of present) await members.erase(member, author);
  const papers = await workspaces.erasePapers(workspaceId);
  return machines.length + present.length + papers > 0;
};
