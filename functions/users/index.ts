import * as z from 'zod';
import { openTable } from '../../shared/dynamo.ts';
import { parseEnvironment } from '../../shared/environment.ts';
import { createHandler } from '../../shared/lambda/handler.ts';
import { once } from '../../shared/once.ts';
import { eventsFor } from './changes.ts';
import type { Deps } from './deps.ts';
import { routes } from './routes.ts';
import { auditStore } from './store/audit.ts';
import { mailStore } from './store/mails.ts';
import { peopleStore } from './store/people.ts';
import { subscriptions } from './subscriptions.ts';
import { triggers } from './triggers.ts';

const env = parseEnvironment(
  { TABLE_NAME: z.string(), BUS_NAME: z.string(), USER_POOL_ID: z.string(), USER_POOL_CLIENT_ID: z.string() },
  process.env,
);
const now = () => new Date();
const table = openTable(env.TABLE_NAME, now);

const deps: Deps = {
  // Cognito is loaded when somebody signs up, in or out.
  identities: once(async () =>
    (await import('./identity-provider.ts')).cognitoUserPool(env.USER_POOL_ID, env.USER_POOL_CLIENT_ID),
  ),
  people: peopleStore(table),
  audit: auditStore(table),
  mails: mailStore(table),
  now,
};

export const handler = createHandler({
  context: 'users',
  routes: routes(deps, table),
  table,
  subscriptions: subscriptions(deps),
  stream: {
    eventsFor,
    publish: async () => (await import('../../shared/events/publish.ts')).busPublisher(env.BUS_NAME),
  },
  triggers: triggers(deps),
});
