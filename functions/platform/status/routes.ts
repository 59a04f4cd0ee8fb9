import { type Route, route } from '#shared/http/route.ts';
import type { StatusDeps } from '../deps.ts';
import { openMetrics } from '../domain/open-metrics.ts';
import * as contract from './contract.ts';

/** Routes of the platform's status. */
export const statusRoutes = ({ services, answers, figures, openApi, elapsed }: StatusDeps): Route[] => [
  route(contract.getHealth, async () => {
    const contexts = await Promise.all(
      (await services()).map(async ({ context, health }) => {
        const started = elapsed();
        const status = (await answers(health)) ? ('up' as const) : ('down' as const);
        return { context, status, milliseconds: Math.round(elapsed() - started) };
      }),
    );
    const isUp = contexts.every(({ status }) => status === 'up');
    return { status: isUp ? ('up' as const) : ('degraded' as const), contexts };
  }),
  route(contract.listServices, async () => ({ services: await services() })),
  // The document is validated when it is generated.
  route(contract.getOpenApi, async () => ({ ...(await openApi()) })),
  ...contract.contextMetrics.map(({ context, operation }) =>
    route(operation, async () => openMetrics(context, await figures(context))),
  ),
];
