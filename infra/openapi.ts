import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import * as accounts from '../functions/accounts/contract.ts';
import * as analytics from '../functions/analytics/contract.ts';
import * as campaigns from '../functions/campaigns/contract.ts';
import * as platform from '../functions/platform/contract.ts';
import * as posts from '../functions/posts/contract.ts';
import * as users from '../functions/users/contract.ts';
import type { ErrorKind } from '../shared/errors.ts';
import { asksForSignIn, takesBody, type Operation } from '../shared/http/operation.ts';
import { Problem, statusOf } from '../shared/http/problem.ts';

/** Every operation of every context, with the context it belongs to. */
export const allOperations: readonly { context: string; operation: Operation }[] = Object.entries({
  users,
  accounts,
  posts,
  campaigns,
  analytics,
  platform,
}).flatMap(([context, contract]) => contract.operations.map((operation) => ({ context, operation })));

/** Errors that every operation of a kind can answer, besides its own. */
const commonErrors = (operation: Operation): ErrorKind[] => [
  'invalid',
  'rate-limited',
  ...(operation.limit === 'standard' || operation.limit === 'none' ? [] : (['unavailable'] as const)),
  ...(operation.access === 'public' ? [] : (['unauthenticated'] as const)),
  ...(asksForSignIn(operation.access) ? (['forbidden'] as const) : []),
  ...(takesBody(operation) ? (['too-large', 'unsupported-media-type'] as const) : []),
  ...(operation.ifMatch === 'required' ? (['precondition-failed', 'precondition-required'] as const) : []),
  ...(operation.idempotency === 'stored' ? (['conflict', 'unprocessable'] as const) : []),
];

const problems = (operation: Operation) => {
  const kinds = [...new Set([...commonErrors(operation), ...operation.errors])];
  const byStatus = kinds.map((kind) => [statusOf[kind], kind] as const).sort(([one], [other]) => one - other);
  return Object.fromEntries(
    byStatus.map(([status, kind]) => [
      String(status),
      { description: kind.replaceAll('-', ' '), content: { 'application/problem+json': { schema: Problem } } },
    ]),
  );
};

const headers = (operation: Operation) =>
  z.object({
    ...(operation.idempotency === 'stored' && {
      'Idempotency-Key': z
        .string()
        .max(128)
        .optional()
        .meta({ description: 'Makes a repeated request answer the same' }),
    }),
    ...(operation.ifMatch === 'required' && { 'If-Match': z.string().meta({ description: 'ETag of what you read' }) }),
    'X-Correlation-Id': z
      .string()
      .max(64)
      .optional()
      .meta({ description: 'Found again in logs, events and the reply' }),
  });

const securityOf = ({ access }: Operation): Record<string, string[]>[] => {
  if (access === 'public') return [];
  return [access === 'operator' ? { operatorToken: [] } : { accessToken: [] }];
};

const described = (context: string, operation: Operation): ZodOpenApiOperationObject => ({
  operationId: operation.id,
  summary: operation.summary,
  ...(operation.description !== undefined && { description: operation.description }),
  tags: [context],
  security: securityOf(operation),
  ...(asksForSignIn(operation.access) && operation.access !== 'signed-in' && { 'x-permission': operation.access }),
  requestParams: {
    header: headers(operation),
    ...(operation.request.path instanceof z.ZodObject && { path: operation.request.path }),
    ...(operation.request.query instanceof z.ZodObject && { query: operation.request.query }),
  },
  ...(takesBody(operation) && {
    requestBody: { required: true, content: { 'application/json': { schema: operation.request.body } } },
  }),
  responses: {
    [String(operation.status) as '200']: {
      description: operation.summary,
      ...(operation.status !== 204 && { content: { [operation.contentType]: { schema: operation.response } } }),
    },
    ...problems(operation),
  },
});

/** The OpenAPI 3.1 document of the whole API. */
export const openApi = () => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const { context, operation } of allOperations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(context, operation);
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'X marketing platform',
      version: '1.0.0',
      description: 'Posts, campaigns and insight on X. Errors are problem details (RFC 9457) with a stable `code`.',
    },
    servers: [{ url: '/' }],
    components: {
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        operatorToken: { type: 'http', scheme: 'bearer', description: 'The token of those who run the platform' },
      },
      schemas: { Problem },
    },
    paths: paths satisfies ZodOpenApiPathsObject,
  });
};

const file = join(import.meta.dirname, '../docs/openapi.json');

/** The document as it is committed. */
export const committedOpenApi = (): string => readFileSync(file, 'utf8');

/** The document as text, as it is to be committed. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`;

if (import.meta.main) writeFileSync(file, openApiText());
