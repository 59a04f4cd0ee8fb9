import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import type { ErrorKind } from '#shared/errors.ts';
import { asksForSignIn, type Operation } from '#shared/http/operation.ts';
import { Problem, statusOf } from '#shared/http/problem.ts';

/** What API Gateway says by itself: an HTTP API cannot be told to say it otherwise (AWS: HTTP APIs). */
export const GatewayMessage = z.object({ message: z.string().meta({ examples: ['Unauthorized'] }) }).meta({
  id: 'GatewayMessage',
  description: 'What API Gateway answers before a request reaches the platform. It has no correlation id.',
});

const text = { type: 'string' } as const;
const ref = (name: string) => ({ $ref: `#/components/headers/${name}` });

/** The headers of answers, by the name of their component. */
export const answerHeaderComponents = {
  CorrelationId: {
    description: 'Found again in logs and events; missing where API Gateway itself answers',
    schema: { ...text, maxLength: 64 },
  },
  ETag: {
    description: 'Version of the resource (RFC 9110). Send it as If-Match where the operation takes one.',
    required: true,
    schema: { ...text, pattern: '^"[\\w-]+"$' },
  },
  Location: {
    description: 'Path at which what was made can be read',
    required: true,
    schema: { ...text, pattern: '^/v1/' },
  },
  CacheControl: { description: 'How long it may be kept', required: true, schema: { ...text, pattern: 'max-age=' } },
  RateLimit: { description: 'What is left of each limit (draft-ietf-httpapi-ratelimit-headers-10)', schema: text },
  RateLimitPolicy: { description: 'The limits that count for the request', schema: text },
  RetryAfter: { description: 'Seconds after which it may be tried again', schema: { ...text, pattern: '^\\d+$' } },
  WwwAuthenticate: { description: 'How to authenticate (RFC 9110, section 11.6.1)', schema: text },
} as const;

const everywhere = {
  'X-Correlation-Id': ref('CorrelationId'),
  RateLimit: ref('RateLimit'),
  'RateLimit-Policy': ref('RateLimitPolicy'),
};

const problem = { 'application/problem+json': { schema: Problem } };
const gateway = { 'application/json': { schema: GatewayMessage } };
const retry = { 'Retry-After': ref('RetryAfter') };

const refusal = (
  description: string,
  content: ZodOpenApiResponseObject['content'] = problem,
  headers: Readonly<Record<string, { $ref: string }>> = {},
): ZodOpenApiResponseObject => ({ description, headers: { ...everywhere, ...headers }, content });

/** The refusals that several operations answer, by the name of their component. */
export const refusals = {
  Invalid: refusal('The request is not what the operation takes: `fields` names what was refused'),
  Unauthenticated: refusal('Credentials are missing or wrong', problem, { 'WWW-Authenticate': ref('WwwAuthenticate') }),
  Unauthorized: refusal(
    'Without a valid access token API Gateway answers by itself, as `application/json`: its authorizer cannot be told ' +
      'to answer with a problem. What the platform refuses after that is a problem.',
    { ...gateway, ...problem },
  ),
  Forbidden: refusal('The caller may not do that'),
  NotFound: refusal('There is no such thing in this workspace'),
  Conflict: refusal('What is there does not let it happen'),
  PreconditionFailed: refusal('It was changed since the version that If-Match names'),
  TooLarge: refusal('The body is larger than the operation takes', { ...problem, ...gateway }),
  UnsupportedMediaType: refusal('The body is not sent as application/json'),
  Unprocessable: refusal('The request is well-formed, and cannot be carried out as it is'),
  PreconditionRequired: refusal('If-Match is missing'),
  RateLimited: refusal('Too many requests: of the caller, or of all together', { ...problem, ...gateway }, retry),
  InternalError: refusal('Something failed on our side', { ...problem, ...gateway }),
  Unavailable: refusal('It cannot be answered right now', { ...problem, ...gateway }, retry),
} satisfies Record<string, ZodOpenApiResponseObject>;

type Name = keyof typeof refusals;

const byKind: Readonly<Partial<Record<ErrorKind, Name>>> = {
  invalid: 'Invalid',
  forbidden: 'Forbidden',
  'not-found': 'NotFound',
  conflict: 'Conflict',
  'precondition-failed': 'PreconditionFailed',
  'too-large': 'TooLarge',
  'unsupported-media-type': 'UnsupportedMediaType',
  unprocessable: 'Unprocessable',
  'precondition-required': 'PreconditionRequired',
  'rate-limited': 'RateLimited',
  unavailable: 'Unavailable',
};

/** Errors that every operation of a kind can answer, besides its own. */
const commonErrors = (operation: Operation): ErrorKind[] => [
  ...(['invalid', 'rate-limited', 'unavailable'] as const),
  ...(operation.access === 'public' ? [] : (['unauthenticated'] as const)),
  ...(asksForSignIn(operation.access) ? (['forbidden'] as const) : []),
  ...(['too-large', 'unsupported-media-type'] as const),
  ...(operation.ifMatch === 'none' ? [] : (['precondition-failed'] as const)),
  ...(operation.ifMatch === 'required' ? (['precondition-required'] as const) : []),
  ...(operation.idempotency === 'stored' ? (['conflict', 'unprocessable'] as const) : []),
];

/** What an operation can answer besides its reply, by status. */
export const refusalsOf = (operation: Operation): Record<string, { $ref: string }> => {
  const kinds = [...new Set([...commonErrors(operation), ...operation.errors])];
  const unauthenticated: Name = asksForSignIn(operation.access) ? 'Unauthorized' : 'Unauthenticated';
  const named = kinds.map((kind): [number, Name] => [statusOf[kind], byKind[kind] ?? unauthenticated]);
  return Object.fromEntries(
    [...named, [500, 'InternalError'] as const].map(([status, name]) => [
      String(status),
      { $ref: `#/components/responses/${name}` },
    ]),
  );
};

/** The headers that come with the reply of an operation. */
export const replyHeaders = ({ etag, location, cacheSeconds }: Operation) => ({
  ...everywhere,
  ...((etag || cacheSeconds !== undefined) && { ETag: ref('ETag') }),
  ...(location !== undefined && { Location: ref('Location') }),
  ...(cacheSeconds !== undefined && { 'Cache-Control': ref('CacheControl') }),
});
