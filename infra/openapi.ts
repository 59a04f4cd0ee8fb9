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
import type { ErrorCodes } from '#shared/errors.ts';
import { asksForSignIn, needsBody, type Operation, takesBody } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import { CorrelationId, IdempotencyKey } from '#shared/http/request-headers.ts';
import { infoOf, securitySchemes, servers, tagsOf } from './openapi/about.ts';
import { answerHeaderComponents, replyHeaders } from './openapi/answers.ts';
import { refusalComponents } from './openapi/errors.ts';
import { addExamples } from './openapi/examples.ts';
import { recurring } from './openapi/names.ts';
import {
  nameParts,
  plain,
  referToBases,
  replySuffix,
  type Schema,
  tidied,
  withoutDefaults,
} from './openapi/schemas.ts';

/** The contracts of all contexts. */
export const contracts = { users, accounts, posts, campaigns, analytics, platform };

/** All operations, with their contexts. */
export const allOperations: readonly { context: string; operation: Operation }[] = Object.entries(contracts).flatMap(
  ([context, contract]) => contract.operations.map((operation) => ({ context, operation })),
);

/** Meanings of error codes, by context. */
export const catalogues: Readonly<Record<string, ErrorCodes>> = Object.fromEntries(
  Object.entries(contracts).map(([context, contract]) => [
    context,
    'errorCodes' in contract ? contract.errorCodes : {},
  ]),
);

/** An `If-Match` header: an `ETag` as received, or `*` for any version. */
const IfMatch = z.string().regex(/^(\*|"v\d{1,9}")$/);

const headers = ({ idempotency, ifMatch, cacheSeconds }: Operation) =>
  z.object({
    ...(idempotency === 'stored' && {
      'Idempotency-Key': IdempotencyKey.optional().meta({
        description:
          'A unique key of your choice that makes the request safe to repeat: for 24 hours a repeated request returns the ' +
          'first successful response. Errors are not stored. A different request with the same key returns 422; ' +
          'a repetition while the first request is running returns 409.',
        examples: ['7f6c2f0e-5a1b-4c1d-9e55-0f4c8d7a2b90'],
      }),
    }),
    ...(ifMatch !== 'none' && {
      'If-Match': (ifMatch === 'required' ? IfMatch : IfMatch.optional()).meta({
        description:
          'The ETag that you read, or `*` for any version. If the resource has changed since, the response is 412.',
        examples: ['"v3"'],
      }),
    }),
    ...(cacheSeconds !== undefined && {
      'If-None-Match': z
        .string()
        .optional()
        .meta({
          description: 'The ETag of your cached copy; the response is 304 if it is still current',
          examples: ['"3b1f0c"'],
        }),
    }),
    'X-Correlation-Id': CorrelationId.optional().meta({
      description:
        'An id of your choice for the request, used in the response, logs and events. An invalid one is replaced.',
      examples: ['order-4711'],
    }),
  });

const securityOf = ({ access }: Operation): Record<string, string[]>[] => {
  if (access === 'public') return [];
  return [access === 'operator' ? { operatorToken: [] } : { accessToken: [] }];
};

const described = (operation: Operation, refusals: Record<string, { $ref: string }>): ZodOpenApiOperationObject => ({
  operationId: operation.id,
  summary: operation.summary,
  ...(operation.description !== undefined && { description: operation.description }),
  tags: operation.tag ? [operation.tag.name] : [],
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
      ...(![204, 302].includes(operation.status) && {
        content: { [operation.contentType]: { schema: operation.response } },
      }),
    },
    ...(operation.cacheSeconds !== undefined && {
      '304': { description: 'Your cached copy is still current', headers: replyHeaders(operation) },
    }),
    ...refusals,
  },
});

const pascal = (id: string): string => id.charAt(0).toUpperCase() + id.slice(1);

const isNamed = (schema: z.ZodType): boolean =>
  schema.meta()?.id !== undefined || Object.values(recurring).includes(schema) || !(schema instanceof z.ZodObject);

/**
 * Names unnamed bodies and replies after their operations. Not `…Response`, since openapi-ts uses such names for its
 * own types and would number ours.
 */
const bodiesAndReplies = (): Record<string, z.ZodType> =>
  Object.fromEntries(
    allOperations.flatMap(({ operation }) => [
      ...(takesBody(operation) && !isNamed(operation.request.body)
        ? [[`${pascal(operation.id)}Request`, operation.request.body] as const]
        : []),
      ...(isNamed(operation.response) ? [] : [[`${pascal(operation.id)}Reply`, operation.response] as const]),
    ]),
  );

/** Returns the OpenAPI 3.1 document of the API. */
export const openApi = () => {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  const operations = allOperations.map(({ operation }) => operation);
  const refusals = refusalComponents();
  for (const { context, operation } of allOperations) {
    const refused = refusals.of(operation, catalogues[context] ?? {});
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = described(operation, refused);
  }
  const made = createDocument(
    {
      openapi: '3.1.1',
      info: infoOf(operations),
      servers,
      ...tagsOf(operations),
      components: {
        securitySchemes,
        headers: answerHeaderComponents,
        responses: refusals.responses,
        schemas: { Problem, ...recurring, ...bodiesAndReplies(), ...refusals.schemas },
      },
      paths: inOrder(paths),
    },
    { override: plain, outputIdSuffix: replySuffix },
  );
  const document = tidied(made);
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  const replies = Object.values(document.paths ?? {}).flatMap((methods) =>
    Object.values(methods as Record<string, Described>).map(({ responses }) => responses),
  );
  const refer = nameParts(schemas, new Set(Object.keys(recurring)));
  const all = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item as Record<string, Described>));
  for (const operation of all) {
    nameParameters(operation, refer);
    // For an optional body; `requestBody` already says so.
    for (const { schema } of Object.values(operation.requestBody?.content ?? {})) delete schema?.['default'];
  }
  withoutDefaults(schemas, [replies, document.components?.responses]);
  const examples: Record<string, { value: unknown }> = {};
  addExamples(all, { schemas, examples });
  referToBases(schemas);
  return { ...document, components: { ...document.components, parameters: sharedHeaders(all), examples } };
};

const methods: readonly string[] = ['get', 'post', 'put', 'patch', 'delete'];

/** Sorts the methods of each path in the order that readers of OpenAPI expect. */
const inOrder = (paths: Record<string, Record<string, ZodOpenApiOperationObject>>): ZodOpenApiPathsObject =>
  Object.fromEntries(
    Object.entries(paths).map(([path, item]) => [
      path,
      Object.fromEntries(Object.entries(item).sort(([one], [other]) => methods.indexOf(one) - methods.indexOf(other))),
    ]),
  );

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Described {
  responses: object;
  requestBody?: { content: Record<string, { schema?: Schema }> };
  operationId: string;
  parameters?: (Parameter | { $ref: string })[];
}

/** Makes enums of parameters components too. */
const nameParameters = (
  { operationId, parameters = [] }: Described,
  refer: (name: string, schema: Schema) => Schema,
) => {
  for (const parameter of parameters) {
    if ('$ref' in parameter) continue;
    parameter.schema = refer(pascal(operationId) + pascal(parameter.name.replaceAll('-', '')), parameter.schema);
  }
};

/** Makes request headers, which many operations share, components that the operations refer to. */
const sharedHeaders = (all: readonly Described[]): Record<string, Parameter> => {
  const components: Record<string, Parameter> = {};
  for (const operation of all) {
    operation.parameters = operation.parameters?.map((parameter) => {
      if ('$ref' in parameter || parameter.in !== 'header') return parameter;
      const name = parameter.name.replaceAll('-', '') + (parameter.required === true ? 'Required' : '');
      components[name] = parameter;
      return { $ref: `#/components/parameters/${name}` };
    });
  }
  return components;
};

const file = join(import.meta.dirname, '../docs/openapi.json');

/** Returns the committed document. */
export const committedOpenApi = (): string => readFileSync(file, 'utf8');

/** Returns the document as text to be committed. */
export const openApiText = (): string => `${JSON.stringify(openApi(), null, 2)}\n`;

if (import.meta.main) writeFileSync(file, openApiText());
