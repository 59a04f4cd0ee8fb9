import * as z from 'zod';
import { type ContextName, contextNames } from '#shared/contexts.ts';
import { capability } from '#shared/http/operation.ts';

const operation = capability({
  name: 'Platform',
  group: 'Platform',
  description: 'Read this API description, the service registry and operational metrics.',
});

/**
 * These must respond even if the table, which holds the rate limits, is unavailable; only API Gateway throttles them.
 */
const unlimited = { limit: 'none' } as const;

const ContextStatus = z.object({
  context: z.string().meta({ description: 'Name of the service, such as `posts`' }),
  status: z.enum(['up', 'down']).meta({ description: '`down`: its health check failed or took longer than 5 seconds' }),
  milliseconds: z.int().min(0).meta({ description: 'Response time of its health check in milliseconds' }),
});

export const getHealth = operation({
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  summary: 'Check the health of all services',
  access: 'public',
  response: z.object({
    status: z.enum(['up', 'degraded']).meta({ description: '`degraded`: at least one service is down' }),
    contexts: z.array(ContextStatus).meta({ description: 'Health of each service' }),
  }),
  ignoresQuery: true,
  ...unlimited,
});

export const listServices = operation({
  id: 'listServices',
  method: 'GET',
  path: '/v1/services',
  summary: 'List the services and their health checks',
  access: 'public',
  response: z.object({
    services: z
      .array(
        z.object({
          context: z.string().meta({ description: 'Name of the service, such as `posts`' }),
          health: z.string().meta({ description: 'Path of its health check' }),
          ready: z.string().meta({ description: 'Path of its readiness check' }),
        }),
      )
      .meta({ description: 'The registered services' }),
  }),
  ...unlimited,
});

export const getOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/v1/openapi.json',
  summary: 'Get this API as an OpenAPI 3.1 document',
  access: 'public',
  response: z.looseObject({ openapi: z.string().meta({ description: 'Version of the OpenAPI Specification' }) }),
  // The document only changes with deployments.
  cacheSeconds: 300,
  ...unlimited,
});

/** One operation per context, such as `/v1/posts/metrics`; all are served here from CloudWatch. */
const metricsOf = (context: ContextName) =>
  operation({
    id: `${context}Metrics`,
    method: 'GET',
    path: `/v1/${context}/metrics`,
    summary: `Get operational metrics of the ${context} service`,
    description: 'Requests, errors and average response time of the last five minutes, as OpenMetrics text.',
    access: 'operator',
    response: z.string(),
    contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ...unlimited,
  });

export const contextMetrics = contextNames.map((context) => ({ context, operation: metricsOf(context) }));

export const operations = [
  getHealth,
  listServices,
  getOpenApi,
  ...contextMetrics.map(({ operation }) => operation),
] as const;
