import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { openTable } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { eraseWorkspace } from './privacy/erase-workspace.ts';
import { routes } from './routes.ts';
import { knownCampaignStore } from './store/known-campaigns.ts';
import { snapshotStore } from './store/snapshots.ts';
import { trackedPostStore } from './store/tracked-posts.ts';
import { tasks } from './tasks.ts';

const env = parseEnvironment({ TABLE_NAME: z.string(), BUS_NAME: z.string() }, process.env);
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);

const deps: Deps = {
  posts: trackedPostStore(table),
  snapshots: snapshotStore(table),
  campaigns: knownCampaignStore(table),
  now,
};

export const handler = createHandler({
  context: 'analytics',
  routes: routes(deps, table),
  table,
  subscriptions: async () => (await import('./subscriptions.ts')).subscriptions(deps),
  tasks: [...tasks(deps), eraseWorkspace(workspaceItems(table))],
  stream: {
    eventsFor: async () => (await import('./changes.ts')).eventsFor,
    publish: async () => (await import('#shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
});
