import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import type { WorkspaceItems } from '#shared/privacy/erase-workspace.ts';
import { disconnectAccount } from '../connections/connect.ts';
import type { Deps } from '../deps.ts';
import { tasks as names } from '../task-names.ts';

/** Task of `delete-due-workspaces`. */
export const eraseWorkspace = (deps: Deps, items: WorkspaceItems): Task =>
  task(names.eraseWorkspace, z.object({ workspaceId: WorkspaceId }), async ({ workspaceId }, origin) => ({
    outcome: await eraseShare(deps, items, workspaceId, origin),
  }));

/**
 * Erases part of this context's data of a deleted workspace. Its accounts are disconnected first, as a person would do
 * it, which revokes their tokens at X and frees the X users for other workspaces. One account per step, because each
 * waits for X and a step has half a minute.
 */
const eraseShare = async (
  deps: Deps,
  items: WorkspaceItems,
  workspaceId: string,
  author: Author,
): Promise<'more' | 'done'> => {
  const accountId = await nextConnected(deps, workspaceId);
  if (accountId === undefined) return items.erase(workspaceId);
  await disconnectAccount(deps, workspaceId, accountId, author);
  return 'more';
};

const nextConnected = async ({ accounts }: Deps, workspaceId: string): Promise<string | undefined> => {
  let cursor: string | undefined;
  do {
    const page = await accounts.list(workspaceId, { limit: 100, cursor, scope: {} });
    const connected = page.items.find(({ status }) => status === 'connected');
    if (connected) return connected.id;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return undefined;
};
