import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';
import { referencePatience } from '#shared/events/reference.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { lateShareTasks } from '#shared/privacy/export-task.ts';
import { standingStore } from '#shared/standing.ts';
import { openTable } from '#shared/table.ts';
import type { Deps } from './deps.ts';
import { eraseWorkspace } from './privacy/erase-workspace.ts';
import { routes } from './routes.ts';
import { campaignStore } from './store/campaigns.ts';
import { knownPostStore } from './store/known-posts.ts';
import { slotStore } from './store/slots.ts';
import { tasks as names } from './task-names.ts';
import { tasks } from './tasks.ts';

const env = parseEnvironment({ TABLE_NAME: z.string(), BUS_NAME: z.string(), PERSON_BUCKET: z.string() }, process.env);
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);

const standing = standingStore(table);

const deps: Deps = {
  campaigns: campaignStore(table),
  slots: slotStore(table),
  posts: knownPostStore(table),
  now,
  patience: referencePatience,
};

export const handler = createHandler({
  context: 'campaigns',
  routes: routes(deps, table),
  table,
  standing: standing.find,
  subscriptions: async () => [
    ...(await import('./subscriptions.ts')).subscriptions(deps),
    ...(await import('#events/standing.ts')).followStanding(standing),
  ],
  tasks: [
    ...tasks(deps),
    ...lateShareTasks('campaigns', names.sharePerson, {
      table,
      bucket: env.PERSON_BUCKET,
      kinds: async () => (await import('./privacy/export-person.ts')).shareKinds,
    }),
    eraseWorkspace(workspaceItems(table)),
  ],
  stream: {
    eventsFor: async () => (await import('./changes.ts')).eventsFor,
    publish: async () => (await import('#shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
});
