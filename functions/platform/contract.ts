import * as z from 'zod';
import type { ContextName } from '#shared/events/event.ts';
import { healthOperations } from '#shared/http/health.ts';
import { capability } from '#shared/http/operation.ts';
import { contextNames } from './domain/service.ts';

const operation = capability({
  name: 'Platform',
  group: 'Platform',
  description: 'Read this description, the service registry and operational metrics.',
});

const ContextStatus = z.object({
  context: z.string(),
  status: z.enum(['up', 'down']),
  milliseconds: z.int().min(0),
});

export const getHealth = operation({
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  summary: 'Whether the platform runs, context by context',
  access: 'public',
  response: z.object({ status: z.enum(['up', 'degraded']), contexts: z.array(ContextStatus) }),
  ignoresQuery: true,
});

export const listServices = operation({
  id: 'listServices',
  method: 'GET',
  path: '/v1/services',
  summary: 'The service registry: which contexts there are and where they answer',
  access: 'public',
  response: z.object({
    services: z.array(z.object({ context: z.string(), health: z.string(), ready: z.string() })),
  }),
});

export const getOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'This API as an OpenAPI 3.1 document',
  access: 'public',
  response: z.looseObject({ openapi: z.string() }),
  // It changes with a deployment.
  cacheSeconds: 300,
});

/** One operation per context: `/v1/posts/metrics` and so on, all answered here from CloudWatch. */
const metricsOf = (context: ContextName) =>
  operation({
    id: `${context}Metrics`,
    method: 'GET',
    path: `/v1/${context}/metrics`,
    summary: `What the context ${context} did in the last five minutes, as OpenMetrics text`,
    access: 'operator',
    response: z.string(),
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  });

export const contextMetrics = contextNames.map((context) => ({ context, operation: metricsOf(context) }));

export const health = healthOperations('platform');

export const operations = [
  getHealth,
  listServices,
  getOpenApi,
  ...contextMetrics.map(({ operation }) => operation),
  health.health,
  health.ready,
] as const;

export const listensTo = [] as const;
