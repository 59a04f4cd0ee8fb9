import { type AuditLink, type AuditRow, linkAfter, origin } from '#functions/users/domain/audit-chain.ts';
import type { SignedCheckpoint } from '#functions/users/domain/checkpoint.ts';
import type { AuditStore } from '#functions/users/store/audit.ts';
import type { CheckpointStore } from '#functions/users/store/checkpoints.ts';
import { decodeCursor, encodeCursor } from '#shared/page.ts';

/** The chains of all workspaces in memory; a test may spoil what lies there. */
export interface MemoryAudit extends AuditStore {
  /** The rows of a workspace, in the order of their keys. */
  chain(workspaceId: string): AuditRow[];
}

export const memoryAudit = (): MemoryAudit => {
  const chains = new Map<string, AuditRow[]>();
  const heads = new Map<string, AuditLink>();
  const seen = new Set<string>();
  const chain = (workspaceId: string): AuditRow[] => {
    const rows = chains.get(workspaceId) ?? [];
    chains.set(workspaceId, rows);
    return rows;
  };
  const timeOf = ({ occurredAt, id }: AuditLink): string => `${occurredAt}#${id}`;
  const linksOf = (workspaceId: string): AuditLink[] => chain(workspaceId).flatMap(({ link }) => link ?? []);

  return {
    chain,
    async append(workspaceId, event) {
      const mark = `${workspaceId}#${event.id}`;
      if (seen.has(mark)) return false;
      seen.add(mark);
      const link = linkAfter(heads.get(workspaceId) ?? origin, event);
      heads.set(workspaceId, link);
      chain(workspaceId).push({ sequence: link.sequence, link });
      return true;
    },
    async head(workspaceId) {
      const { sequence, hash } = heads.get(workspaceId) ?? origin;
      return { sequence, hash };
    },
    async *rows(workspaceId, afterSequence) {
      yield* chain(workspaceId).filter(({ sequence }) => sequence > afterSequence);
    },
    async removeUpTo(workspaceId, sequence, limit) {
      const rows = chain(workspaceId);
      const count = Math.min(limit, rows.filter((row) => row.sequence <= sequence).length);
      rows.splice(0, count);
      return count;
    },
    workspaces: async () => ({ items: [...heads.keys()].sort(), nextCursor: null }),
    async list(workspaceId, { from, to, entityId, eventType, actorId, isOldestFirst }, { limit, cursor, scope }) {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, scope).at;
      const found = linksOf(workspaceId)
        .filter((link) => after === undefined || (isOldestFirst ? timeOf(link) > after : timeOf(link) < after))
        .filter(({ occurredAt }) => from === undefined || Date.parse(occurredAt) >= Date.parse(from))
        .filter(({ occurredAt }) => to === undefined || Date.parse(occurredAt) < Date.parse(to))
        .filter((link) => entityId === undefined || link.entityId === entityId)
        .filter((link) => eventType === undefined || link.eventType === eventType)
        .filter((link) => actorId === undefined || link.actor.id === actorId)
        .sort((one, other) => (timeOf(one) < timeOf(other) === Boolean(isOldestFirst) ? -1 : 1));
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return { items, nextCursor: last && found.length > limit ? encodeCursor({ at: timeOf(last) }, scope) : null };
    },
  };
};

export const memoryCheckpoints = (): CheckpointStore & { kept: SignedCheckpoint[] } => {
  const kept: SignedCheckpoint[] = [];
  const starts = new Map<string, string>();
  const of = (workspaceId: string) => kept.filter(({ checkpoint }) => checkpoint.workspaceId === workspaceId);
  return {
    kept,
    list: async (workspaceId) =>
      of(workspaceId).sort((one, other) => (one.checkpoint.month < other.checkpoint.month ? -1 : 1)),
    async keep(signed) {
      const { workspaceId, month } = signed.checkpoint;
      if (!of(workspaceId).some(({ checkpoint }) => checkpoint.month === month)) kept.push(signed);
    },
    startMonth: async (workspaceId) => starts.get(workspaceId),
    startAt: async (workspaceId, month) => void starts.set(workspaceId, month),
  };
};
