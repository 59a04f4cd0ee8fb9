import type { Deps } from '../deps.ts';
import { keptSince } from '../domain/audit-retention.ts';
import type { SignedCheckpoint } from '../domain/checkpoint.ts';

/** Maximum number of rows removed in one task. */
const maxRemoved = 1_000;

/**
 * Removes events older than the workspace's retention and covered by a checkpoint. The new start of the chain is stored
 * before any rows are removed.
 */
export const removeOld = async (
  deps: Deps,
  workspaceId: string,
  signedOnes: readonly SignedCheckpoint[],
): Promise<boolean> => {
  const workspace = await deps.people.findWorkspace(workspaceId);
  const since = keptSince(deps.now(), workspace?.settings.auditRetentionDays ?? 0);
  const last = signedOnes.findLast(({ checkpoint }) => checkpoint.madeAt < since)?.checkpoint;
  if (!last) return false;
  const startMonth = await deps.checkpoints.startMonth(workspaceId);
  if (startMonth === undefined || startMonth < last.month) await deps.checkpoints.startAt(workspaceId, last.month);
  return (await deps.audit.removeUpTo(workspaceId, last.sequence, maxRemoved)) === maxRemoved;
};
