import * as z from 'zod';
import type { ContextName } from '../contexts.ts';
import { DomainError } from '../errors.ts';
import type { Table } from '../table.ts';
import { capability } from './operation.ts';
import { type Route, route } from './route.ts';

const operation = capability({
  name: 'Health',
  group: 'Platform',
  description: 'Check whether each service is up and ready.',
});

/** Defines the operations that report whether a context runs (`health`) and can do its work (`ready`). */
export const healthOperations = <Name extends ContextName>(context: Name) => ({
  health: operation({
    id: `${context}Health`,
    method: 'GET',
    path: `/v1/${context}/health`,
    summary: `Check whether the ${context} service is up`,
    access: 'public',
    response: z.object({ context: z.literal(context), status: z.literal('up') }),
    limit: 'none',
    ignoresQuery: true,
  }),
  ready: operation({
    id: `${context}Ready`,
    method: 'GET',
    path: `/v1/${context}/ready`,
    summary: `Check whether the ${context} service can reach its dependencies`,
    access: 'public',
    response: z.object({ context: z.literal(context), status: z.literal('ready') }),
    errors: { unavailable: ['not_ready'] },
    limit: 'none',
    ignoresQuery: true,
  }),
});

/** Implements them. `reach` throws when the context cannot reach its dependencies. */
export const healthRoutes = <Name extends ContextName>(
  { health, ready }: ReturnType<typeof healthOperations<Name>>,
  context: Name,
  reach: () => Promise<unknown>,
): Route[] => [
  route(health, async () => ({ context, status: 'up' as const })),
  route(ready, async () => {
    try {
      await reach();
    } catch (cause) {
      throw new DomainError('unavailable', 'not_ready', `The ${context} service cannot reach its dependencies.`, {
        cause,
      });
    }
    return { context, status: 'ready' as const };
  }),
];

/** Readiness check of a context with a table: the table answers. */
export const reachTable = (table: Pick<Table, 'get'>) => () => table.get({ pk: 'READY', sk: 'READY' });
