import type { Table } from '#shared/table.ts';
import { type Clock, dayOf } from '#shared/time.ts';
import { AppState, type AppWideKind, type CircuitScope, quietApp } from '../domain/app-state.ts';

/** The known state of the app at X. This item belongs to no workspace. */
export interface AppStore {
  read(): Promise<AppState>;
  /** Records how many posts were sent today, and by how many workspaces. */
  count(day: string, posts: number, workspaces: number): Promise<void>;
  /** Stops the app's calls until an instant (UTC). */
  breakCircuit(scope: CircuitScope, kind: AppWideKind, until: string): Promise<void>;
}

const key = { pk: 'APP#X', sk: 'STATE' };

export const appStore = (table: Table): AppStore => ({
  async read() {
    const today = dayOf(table.now());
    const item = await table.get(key);
    if (!item) return quietApp(today);
    const { all = null, reads = null, day, postsToday, workspacesToday } = item;
    const counts = day === today ? { postsToday, workspacesToday } : { postsToday: 0, workspacesToday: 0 };
    return AppState.parse({ day: today, ...counts, circuits: { all, reads } });
  },
  async count(day, posts, workspaces) {
    await table.update(key, {
      UpdateExpression: 'SET #type = :type, #day = :day, postsToday = :posts, workspacesToday = :workspaces',
      ExpressionAttributeNames: { '#type': 'type', '#day': 'day' },
      ExpressionAttributeValues: { ':type': 'app', ':day': day, ':posts': posts, ':workspaces': workspaces },
    });
  },
  async breakCircuit(scope, kind, until) {
    await table.update(key, {
      UpdateExpression: 'SET #type = :type, #scope = :circuit',
      ExpressionAttributeNames: { '#type': 'type', '#scope': scope },
      ExpressionAttributeValues: { ':type': 'app', ':circuit': { kind, until } },
    });
  },
});

/** How long a container caches the state, and so how late it sees changes by others. In milliseconds. */
const keptMs = 10_000;

/** Caches the state in a container for some seconds; its own changes apply immediately. */
export const rememberedApp = (store: AppStore, now: Clock): AppStore => {
  let kept: { state: Promise<AppState>; readAt: number } | undefined;
  return {
    read: () => {
      if (!kept || now().getTime() - kept.readAt > keptMs) {
        const state = store.read();
        kept = { state, readAt: now().getTime() };
        state.catch(() => (kept = undefined));
      }
      return kept.state;
    },
    count: (...counted) => store.count(...counted),
    breakCircuit: async (...broken) => {
      kept = undefined;
      await store.breakCircuit(...broken);
    },
  };
};
