import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import type { ContextName } from '../contexts.ts';
import { DomainError } from '../errors.ts';
import { answerHeaders, redirectHeaders } from '../http/answer-headers.ts';
import { callerOf, currentCaller, readCaller } from '../http/caller.ts';
import { etagOf, etagOfBytes, isNamedIn } from '../http/etag.ts';
import { locationOf } from '../http/location.ts';
import type { Operation } from '../http/operation.ts';
import { assertOperator } from '../http/operators.ts';
import { throughEdge } from '../http/origin.ts';
import { problemOf, statusOf } from '../http/problem.ts';
import { readRequest } from '../http/request.ts';
import { CorrelationId, IdempotencyKey } from '../http/request-headers.ts';
import type { Caller, RequestFacts, Route } from '../http/route.ts';
import { routeFinder } from '../http/route-groups.ts';
import type { LazyRoutes } from '../lazy.ts';
import { loggable, MetricUnit, type Observability } from '../observability.ts';
import type { FindStanding } from '../standing.ts';
import type { Table } from '../table.ts';
import type { Admission } from './admission.ts';
import type { Refusal } from './refusals.ts';

/** Handles a request that matches no route. @throws DomainError that names the near matches */
export type Unmatched = (request: { method: string; path: string }) => Promise<never>;

interface HttpParts {
  context: ContextName;
  routes: readonly (Route | LazyRoutes)[];
  table: Table | undefined;
  observability: Observability;
  unmatched: Unmatched | undefined;
  admission?: Admission;
  /** Finds a caller's current standing, before anything is changed. */
  standing?: FindStanding | undefined;
  /** The token of the platform's operators; without one, their operations refuse everybody. */
  operatorToken?: (() => Promise<string>) | undefined;
  /** Publishes what signed-in callers were refused. */
  tellRefusal?: (refusal: Refusal) => Promise<void>;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** Handles HTTP API events (payload format 2.0). API Gateway has matched the route; a map finds its handler. */
export const httpHandler = (parts: HttpParts) => {
  const {
    context,
    routes,
    table,
    observability,
    unmatched,
    admission = {},
    standing,
    operatorToken,
    tellRefusal,
  } = parts;
  const { logger, metrics } = observability;
  const find = routeFinder(routes);

  return async (sent: APIGatewayProxyEventV2, lambdaContext: Context): Promise<Answer> => {
    const started = performance.now();
    const correlationId = correlationOf(sent);
    logger.appendKeys({ correlationId });
    let route: Route | undefined;
    let answer: Answer;
    let event = sent;
    let limits: Readonly<Record<string, string>> = {};
    try {
      event = throughEdge(sent, admission.originSecret);
      // HEAD is handled like GET; the body is dropped at the end.
      route = await find(event.routeKey.replace(/^HEAD /, 'GET '));
      if (!route) {
        const { method, path } = event.requestContext.http;
        if (unmatched && event.routeKey === '$default') await unmatched({ method, path });
        throw new Error(`${context} has no route ${event.routeKey}`);
      }
      if (route.operation.access === 'operator') await assertOperator(event, operatorToken);
      const caller = readCaller(route.operation, event, correlationId);
      const verdict = await admission.limiter?.(route.operation, caller, event.requestContext.http.sourceIp);
      limits = verdict?.headers ?? {};
      if (verdict?.refusal) throw verdict.refusal;
      answer = await answerTo(route, event, { caller, correlationId, table, standing, lambdaContext });
    } catch (error) {
      answer = problemAnswer(error, correlationId);
      if (answer.statusCode === 500) logger.error('request failed', { error: loggable(error) });
      const caller = route && callerOf(event, correlationId);
      if (route && caller && error instanceof DomainError && isToBeTold(error)) {
        const { operation } = route;
        await tellRefusal?.({ caller, operation, status: statusOf[error.kind], code: error.code, event });
      }
    }
    const kept = route && isKept(answer) ? cacheHeaders(route.operation) : {};
    const led = answer.statusCode === 302 ? redirectHeaders : {};
    answer = { ...answer, headers: { ...answer.headers, ...answerHeaders, ...kept, ...led, ...limits } };
    if (sent.requestContext.http.method === 'HEAD') delete answer.body;
    const status = answer.statusCode ?? 500;
    const milliseconds = Math.round(performance.now() - started);
    logger.info('request', { operation: route?.operation.id, status, milliseconds });
    metrics.addMetric('Requests', MetricUnit.Count, 1);
    metrics.addMetric('ClientErrors', MetricUnit.Count, status >= 400 && status < 500 ? 1 : 0);
    metrics.addMetric('ServerErrors', MetricUnit.Count, status >= 500 ? 1 : 0);
    metrics.addMetric('Latency', MetricUnit.Milliseconds, milliseconds);
    metrics.publishStoredMetrics();
    return answer;
  };
};

/** Whether a refusal matters to a workspace's admins; malformed or missing input does not. */
const isToBeTold = ({ kind }: DomainError): boolean => kind === 'forbidden' || kind === 'rate-limited';

/** Returns the caller's correlation id when it is well-formed, otherwise API Gateway's request id. */
const correlationOf = (event: APIGatewayProxyEventV2): string => {
  const given = event.headers['x-correlation-id'];
  const own = CorrelationId.safeParse(given);
  return own.success ? own.data : event.requestContext.requestId;
};

interface Surroundings extends Pick<HttpParts, 'table' | 'standing'> {
  caller: Caller | undefined;
  correlationId: string;
  lambdaContext: Context;
}

const answerTo = async (
  { operation, handle }: Route,
  event: APIGatewayProxyEventV2,
  { caller, correlationId, table, standing, lambdaContext }: Surroundings,
): Promise<Answer> => {
  const { input, facts } = await readRequest(operation, event, correlationId);
  const carryOut = async (): Promise<Answer> => {
    // Inside the idempotent call: repeating a request that changed the caller's own role must return its reply again.
    const current = caller && standing ? await currentCaller(operation, caller, standing) : caller;
    return answerOf(operation, await handle({ ...input, caller: current, request: facts }), event, correlationId);
  };

  const key = idempotencyKeyOf(operation, event);
  if (key === undefined || !table) return carryOut();
  const { carriedOutOnce } = await import('../http/idempotency.ts');
  const asked = askedOf(input, facts, caller);
  const tenant = caller?.workspaceId ?? 'PUBLIC';
  const answer = await carriedOutOnce(
    table,
    { key, tenant, operationId: operation.id, asked },
    lambdaContext,
    carryOut,
  );
  // A repeated reply carries the correlation id of this request, like any other.
  return { ...answer, headers: { ...answer.headers, 'x-correlation-id': correlationId } };
};

const askedOf = (input: { path: unknown; query: unknown; body: unknown }, facts: RequestFacts, caller?: Caller) => ({
  ...input,
  ifMatch: facts.ifMatch ?? null,
  personId: caller?.personId ?? null,
});

const idempotencyKeyOf = (operation: Operation, event: APIGatewayProxyEventV2): string | undefined => {
  const given = event.headers['idempotency-key'];
  if (given === undefined || operation.idempotency !== 'stored') return undefined;
  const key = IdempotencyKey.safeParse(given);
  if (!key.success) {
    throw new DomainError(
      'invalid',
      'invalid_idempotency_key',
      'The Idempotency-Key must be 1 to 128 visible ASCII characters.',
    );
  }
  return key.data;
};

const Versioned = z.object({ version: z.int() });

/**
 * Returns the response in the form of the contract, which drops unknown fields. @throws ZodError (a fault) on a
 * mismatch
 */
const answerOf = (
  operation: Operation,
  reply: unknown,
  { headers }: APIGatewayProxyEventV2,
  correlationId: string,
): Answer => {
  const body = operation.response.parse(reply);
  const versioned = operation.etag ? Versioned.parse(body) : undefined;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const bytesTag = operation.cacheSeconds === undefined ? undefined : etagOfBytes(text);
  const etag = versioned ? etagOf(versioned.version) : bytesTag;
  const told = { 'x-correlation-id': correlationId, ...(etag !== undefined && { etag }) };
  if (bytesTag !== undefined && isNamedIn(headers['if-none-match'], bytesTag))
    return { statusCode: 304, headers: told };
  if (operation.status === 204) return { statusCode: 204, headers: told };
  const place = operation.location !== undefined && { location: locationOf(operation.location, body) };
  if (operation.status === 302) return { statusCode: 302, headers: { ...told, ...place } };
  return {
    statusCode: operation.status,
    headers: {
      ...told,
      'content-type': operation.contentType,
      ...place,
    },
    body: text,
  };
};

/** Whether a response may be cached as its operation says; errors never are. */
const isKept = ({ statusCode = 500 }: Answer): boolean => statusCode === 200 || statusCode === 304;

const cacheHeaders = ({ cacheSeconds }: Operation): Readonly<Record<string, string>> =>
  cacheSeconds === undefined ? {} : { 'cache-control': `public, max-age=${cacheSeconds}` };

const problemAnswer = (error: unknown, correlationId: string): Answer => {
  const problem = problemOf(error, correlationId);
  return {
    statusCode: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'x-correlation-id': correlationId,
      ...(error instanceof DomainError && error.headers),
    },
    body: JSON.stringify(problem),
  };
};
