import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import * as accounts from '#functions/accounts/contract.ts';
import * as analytics from '#functions/analytics/contract.ts';
import * as campaigns from '#functions/campaigns/contract.ts';
import * as platform from '#functions/platform/contract.ts';
import * as posts from '#functions/posts/contract.ts';
import * as users from '#functions/users/contract.ts';
import { asksForSignIn, needsBody, type Operation, takesBody } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import { CorrelationId, IdempotencyKey } from '#shared/http/request-headers.ts';
import { answerHeaderComponents, refusals, refusalsOf, replyHeaders } from './openapi-answers.ts';
import { recurring } from './openapi-names.ts';
import { nameParts, plain, replySuffix, type Schema, tidied, withoutDefaults } from './openapi-schemas.ts';

/** Every operation of every context, with the context it belongs to. */
export const allOperations: readonly { context: string; operation: Operation }[] = Object.entries({
  users,
  accounts,
  posts,
  campaigns,
  analytics,
  platform,
}).flatMap(([context, contract]) => contract.operations.map((operation) => ({ context, operation })));

/** As `If-Match` may be written: an `ETag` as it was given, or `*` for whatever is there. */
const IfMatch = z.string().regex(/^(\*|"v\d{1,9}")$/);

const headers = ({ idempotency, ifMatch, cacheSeconds }: Operation) =>
  z.object({
    ...(idempotency === 'stored' && {
      'Idempotency-Key': IdempotencyKey.optional().meta({
        description:
          'Repeating a request that succeeded returns the first response for 24 hours. Refusals are not stored. Keys are ' +
          'per caller. The same key with another request answers 422, while the first is still running 409.',
      }),
    }),
    ...(ifMatch !== 'none' && {
      'If-Match': (ifMatch === 'required' ? IfMatch : IfMatch.optional()).meta({
        description: 'The ETag you read, or `*` for any version. Any other value answers 412.',
      }),
    }),
    ...(cacheSeconds !== undefined && {
      'If-None-Match': z.string().optional().meta({ description: 'ETag of what you have: 304 where it is still so' }),
    }),
    'X-Correlation-Id': CorrelationId.optional().meta({
      description: 'Found again in logs, events and the reply. What has another form is replaced by an id of ours.',
    }),
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
    requestBody: {
      required: needsBody(operation),
      content: { 'application/json': { schema: operation.request.body } },
    },
  }),
  responses: {
    [String(operation.status) as '200']: {
      description: operation.summary,
      headers: replyHeaders(operation),
      ...(operation.status !== 204 && { content: { [operation.contentType]: { schema: operation.response } } }),
    },
    ...(operation.cacheSeconds !== undefined && {
      '304': { description: 'It is as you have it', headers: replyHeaders(operation) },
    }),
    ...refusalsOf(operation),
  },
});

const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);

const isNamed = (schema: z.ZodType): boolean =>
  schema.meta()?.id !== undefined || Object.values(recurring).includes(schema) || !(schema instanceof z.ZodObject);

/** Bodies and replies that have no name of their own are named after their operation. */
const bodiesAndReplies = (): Record<string, z.ZodType> =>
  Object.fromEntries(
    allOperations.flatMap(({ operation }) => [
      ...(takesBody(operation) && !isNamed(operation.request.body)
        ? [[`${pascal(operation.id)}Request`, operation.request.body] as const]
        : []),
      ...(isNamed(operation.response) ? [] : [[`${pascal(operation.id)}Reply`, operation.response] as const]),
    ]),
  );

const description =
  'Posts, campaigns and insight on X. Errors are problem details (RFC 9457) with a stable `code`. What `GET` reads can ' +
  'be asked for by `HEAD` as well. Responses set nosniff, frame-ancestors none, no-referrer and, unless stated otherwise, ' +
  'no-store. Replies may get new fields; ' +
  'requests with fields that are not described are refused.';

/** The OpenAPI 3.1 document of the whole API. */
export const openApi = () => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const { context, operation } of allOperations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(context, operation);
  }
  const made = createDocument(
    {
      openapi: '3.1.1',
      info: { title: 'X marketing platform', version: '1.0.0', description },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          operatorToken: { type: 'http', scheme: 'bearer', description: 'The token of those who run the platform' },
        },
        headers: answerHeaderComponents,
        responses: refusals,
        schemas: { Problem, ...recurring, ...bodiesAndReplies() },
      },
      paths: paths satisfies ZodOpenApiPathsObject,
    },
    { override: plain, outputIdSuffix: replySuffix },
  );
  const document = tidied(made);
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const replies = Object.values(document.paths ?? {}).flatMap((methods) =>
    Object.values(methods as Record<string, Described>).map(({ responses }) => responses),
  );
  const refer = nameParts(schemas, new Set(Object.keys(recurring)));
  for (const item of Object.values(document.paths ?? {})) nameParameters(item, refer);
  withoutDefaults(schemas, [replies, document.components?.responses]);
  return document;
};

/** Lists of values of parameters are components as well. */
const nameParameters = (item: object, refer: (name: string, schema: Schema) => Schema): void => {
  for (const { operationId, parameters = [] } of Object.values(item) as Described[]) {
    for (const parameter of parameters) {
      parameter.schema = refer(pascal(operationId) + pascal(parameter.name.replaceAll('-', '')), parameter.schema);
    }
  }
};

interface Described {
  responses: object;
  operationId: string;
  parameters?: { name: string; schema: Schema }[];
}

const file = join(import.meta.dirname, '../docs/openapi.json');

/** The document as it is committed. */
export const committedOpenApi = (): string => readFileSync(file, 'utf8');

/** The document as text, as it is to be committed. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`;

if (import.meta.main) writeFileSync(file, openApiText());
