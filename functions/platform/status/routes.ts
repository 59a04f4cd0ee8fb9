import { type Route, route } from '#shared/http/route.ts';
import type { StatusDeps } from '../deps.ts';
import { openMetrics } from '../domain/open-metrics.ts';
import * as contract from './contract.ts';

/** The operations about the platform as a whole. */
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
  // The document's own shape is checked where it is made.
  route(contract.getOpenApi, async () => ({ ...(await openApi()) })),
  ...contract.contextMetrics.map(({ context, operation }) =>
    route(operation, async () => openMetrics(context, await figures(context))),
  ),
];
