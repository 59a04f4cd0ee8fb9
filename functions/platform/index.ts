import { connected } from '#shared/lambda/connect.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { observe } from '#shared/observability.ts';
import { environmentFrom } from './environment.ts';
import { openDeps } from './open-deps.ts';
import { operatorTokenFrom } from './ports/operator-token.ts';
import { routes, unmatched } from './routes.ts';

const env = environmentFrom(process.env);
const deps = openDeps(env);

export const handler = createHandler({
  context: 'platform',
  routes: routes(deps),
  unmatched: unmatched(deps),
  operatorToken: operatorTokenFrom(
    async () => (await import('#shared/secrets-manager.ts')).secretText(env.OPERATOR_SECRET_ARN),
    () => new Date(),
  ),
});

await connected(deps.services, observe('platform'));
