import * as z from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';

/** Error responses of API Gateway itself, which cannot be customised for HTTP APIs (AWS: HTTP APIs). */
export const GatewayMessage = z
  .object({ message: z.string().meta({ description: 'The status in words', examples: ['Unauthorized'] }) })
  .meta({
    id: 'GatewayMessage',
    description:
      'A response from API Gateway itself, without a correlation id. With 401, 413 or 429 the request did not reach the ' +
      'platform; with 500 or 503 it may have been carried out.',
  });

const text = { type: 'string' } as const;
const ref = (name: string) => ({ $ref: `#/components/headers/${name}` });

/** Response headers by component name. */
export const answerHeaderComponents = {
  CorrelationId: {
    description: 'Identifies the request in logs and events. Missing from responses of API Gateway itself.',
    schema: { ...text, maxLength: 64 },
    example: 'b8a1e0f2-6c3d-4f0a-9d5e-2f7c1b9a4e63',
  },
  ETag: {
    description:
      'Version of the resource (RFC 9110). Send it as `If-Match` with a change, where the operation supports it.',
    required: true,
    schema: { ...text, pattern: '^"[\\w-]+"$' },
    example: '"v3"',
  },
  Location: {
    description: 'Path of the new resource',
    required: true,
    schema: { ...text, pattern: '^/v1/' },
    example: '/v1/posts/pst_01KATJ9V5H8Q3M4N5P6R7S8T9V',
  },
  RedirectTo: {
    description: 'Where the redirect leads',
    required: true,
    schema: { ...text, pattern: '^https?://' },
    example: 'https://example.com/autumn?utm_source=x',
  },
  RobotsTag: {
    description: 'Search engines list the target, not this address',
    required: true,
    schema: { ...text, const: 'noindex' },
    example: 'noindex',
  },
  CacheControl: {
    description: 'How long the response may be cached; `max-age` is in seconds',
    required: true,
    schema: { ...text, pattern: 'max-age=' },
    example: 'public, max-age=300',
  },
  RateLimit: {
    description:
      'Remaining requests per limit: `r` are left, and the limit is full again in `t` seconds ' +
      '(draft-ietf-httpapi-ratelimit-headers-10)',
    schema: text,
    example: '"person";r=58;t=2',
  },
  RateLimitPolicy: {
    description: 'Limits that apply to the request: a burst of up to `q` requests, replenished over `w` seconds',
    schema: text,
    example: '"person";q=60;w=60',
  },
  RetryAfter: {
    description: 'Seconds to wait before the request is sent again',
    schema: { ...text, pattern: '^\\d+$' },
    example: '12',
  },
  WwwAuthenticate: {
    description: 'How to authenticate (RFC 9110, section 11.6.1)',
    schema: text,
    example: 'Bearer realm="operators"',
  },
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

/** Error responses that several operations share, by component name. */
export const refusals = {
  Invalid: refusal('The request is invalid; `fields` names the invalid fields, if any'),
  Unauthenticated: refusal('Credentials are missing or wrong', problem, { 'WWW-Authenticate': ref('WwwAuthenticate') }),
  Unauthorized: refusal(
    'The caller is not signed in. API Gateway rejects a missing or invalid access token as `application/json`; the ' +
      'platform rejects an ended session as a problem.',
    { ...gateway, ...problem },
  ),
  Forbidden: refusal('The caller is not allowed to do this'),
  NotFound: refusal('No such resource, or the caller has no access to it'),
  Conflict: refusal('The request conflicts with the current state'),
  PreconditionFailed: refusal('The resource has changed since the version in If-Match'),
  TooLarge: refusal('The body is larger than the operation accepts', { ...problem, ...gateway }),
  UnsupportedMediaType: refusal('The body was not sent as application/json'),
  Unprocessable: refusal('The request is well-formed, but cannot be carried out'),
  PreconditionRequired: refusal('If-Match is missing'),
  RateLimited: refusal('Too many requests', { ...problem, ...gateway }, retry),
  InternalError: refusal('Something went wrong on our side', { ...problem, ...gateway }),
  Unavailable: refusal('Temporarily unavailable; retry later', { ...problem, ...gateway }, retry),
} satisfies Record<string, ZodOpenApiResponseObject>;

export type RefusalName = keyof typeof refusals;

/** Returns the headers of an operation's successful response. */
export const replyHeaders = ({ etag, location, cacheSeconds, status }: Operation) => ({
  ...everywhere,
  ...((etag || cacheSeconds !== undefined) && { ETag: ref('ETag') }),
  ...(location !== undefined && { Location: ref(status === 302 ? 'RedirectTo' : 'Location') }),
  ...(status === 302 && { 'X-Robots-Tag': ref('RobotsTag') }),
  ...(cacheSeconds !== undefined && { 'Cache-Control': ref('CacheControl') }),
});
