import { originHeader } from '#shared/http/origin.ts';
import { once } from '#shared/once.ts';
import type { Deps } from './deps.ts';
import type { Environment } from './environment.ts';
import { readRegistry } from './ports/service-registry.ts';

/** What this context needs, on AWS. */
export const openDeps = (env: Environment): Deps => ({
  // Services come and go with deployments only, and each deployment starts new containers.
  services: once(() => readRegistry(env.REGISTRY_PATH)),
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
});
