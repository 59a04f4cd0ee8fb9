import type { SecurityEvent } from '#functions/users/domain/security-event.ts';
import type { SecurityStore } from '#functions/users/store/security.ts';
import { lostUpdate, nextVersion } from '#shared/entities.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { Clock } from '#shared/time.ts';

/** Security events in memory, with the writes that a table's stream would tell. */
export const memorySecurity = (now: Clock, changes: Change[]): SecurityStore => {
  const events = new Map<string, SecurityEvent>();
  const denials = new Map<string, number>();
  const networks = new Set<string>();
  const keyOf = (workspaceId: string, id: string) => `${workspaceId}/${id}`;
  return {
    find: async (workspaceId, id) => events.get(keyOf(workspaceId, id)),
    async save(event, author) {
      const key = keyOf(event.workspaceId, event.id);
      const before = events.get(key);
      if ((before?.version ?? 0) !== event.version) throw lostUpdate();
      const after = nextVersion(event, now(), author);
      events.set(key, after);
      const type = 'security_event';
      changes.push({ before: before && { ...before, type }, after: { ...after, type } });
      return after;
    },
    async list(workspaceId, { limit }) {
      const found = [...events.values()].filter((event) => event.workspaceId === workspaceId);
      const items = found.sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, limit);
      return { items, nextCursor: null };
    },
    async countDenials(workspaceId, actorId, window, attempts) {
      const key = `${workspaceId}/${actorId}/${window}`;
      const sum = (denials.get(key) ?? 0) + attempts;
      denials.set(key, sum);
      return sum;
    },
    async whereWas(workspaceId, actorId, network) {
      const of = `${workspaceId}/${actorId}/`;
      if (networks.has(of + network)) return 'before';
      return [...networks].some((each) => each.startsWith(of)) ? 'elsewhere' : 'never';
    },
    noteNetwork: async (workspaceId, actorId, network) => void networks.add(`${workspaceId}/${actorId}/${network}`),
  };
};
