import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';
import { originHeader } from '#shared/http/origin.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { once } from '#shared/once.ts';
import type { Deps } from './deps.ts';
import { operatorTokenFrom } from './ports/operator-token.ts';
import { routes, unmatched } from './routes.ts';

const env = parseEnvironment(
  {
    API_URL: z.url(),
    REGISTRY_PATH: z.string(),
    OPERATOR_SECRET_ARN: z.string(),
    ORIGIN_SECRET: z.string().optional(),
  },
  process.env,
);

const deps: Deps = {
  // Services come and go with deployments only, and each deployment starts new containers.
  services: once(async () => (await import('./ports/service-registry.ts')).readRegistry(env.REGISTRY_PATH)),
  answers: async (path) => {
    // It asks the API's own host, past CloudFront.
    const headers = env.ORIGIN_SECRET === undefined ? {} : { [originHeader]: env.ORIGIN_SECRET };
    const request = fetch(env.API_URL + path, { headers, signal: AbortSignal.timeout(5_000) });
    const answer = await request.catch(() => undefined);
    return answer?.ok === true;
  },
  figures: async (context) => (await import('./ports/cloudwatch.ts')).readFigures(context, new Date()),
  openApi: once(async () => (await import('../../docs/openapi.json', { with: { type: 'json' } })).default),
  elapsed: () => performance.now(),
};

export const handler = createHandler({
  context: 'platform',
  routes: routes(deps),
  unmatched: unmatched(deps),
  operatorToken: operatorTokenFrom(
    async () => (await import('#shared/secrets-manager.ts')).secretText(env.OPERATOR_SECRET_ARN),
    () => new Date(),
  ),
});
