import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import type { StatusDeps } from '#functions/platform/deps.ts';
import { health } from '#functions/platform/health.ts';
import { operatorTokenFrom } from '#functions/platform/ports/operator-token.ts';
import { unmatched } from '#functions/platform/routes.ts';
import * as contract from '#functions/platform/status/contract.ts';
import { statusRoutes } from '#functions/platform/status/routes.ts';
import { contextNames } from '#shared/contexts.ts';
import { healthRoutes } from '#shared/http/health.ts';
import type { Operation } from '#shared/http/operation.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner } from '#test/support/http-event.ts';

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const service = (context: string) => ({ context, health: `/v1/${context}/health`, ready: `/v1/${context}/ready` });
const answering = (): StatusDeps => {
  let elapsed = 0;
  return {
    services: async () => [service('users'), service('posts')],
    answers: async () => true,
    figures: async () => ({ requests: 1, clientErrors: 0, serverErrors: 0, averageLatencyMs: null }),
    openApi: async () => ({ openapi: '3.1.1', paths: { '/v1/posts': { get: {} } } }),
    elapsed: () => (elapsed += 2.4),
  };
};

const Answer = z.object({ statusCode: z.int(), headers: z.record(z.string(), z.string()), body: z.string() });

const token = 'o'.repeat(64);
const routes = (deps: StatusDeps) => [...statusRoutes(deps), ...healthRoutes(health, 'platform', deps.services)];
const open = (deps: StatusDeps) =>
  createHandler({
    context: 'platform',
    routes: routes(deps),
    unmatched: unmatched(deps),
    operatorToken: async () => token,
  });

const call = async (
  operation: Operation,
  deps: Partial<StatusDeps> = {},
  sent: { as?: typeof owner; headers?: Record<string, string>; query?: Record<string, string> } = {},
) => {
  const event = httpEvent(operation, sent);
  const { statusCode, headers, body } = Answer.parse(await open({ ...answering(), ...deps })(event, lambdaContext));
  return { status: statusCode, headers, text: body, body: (): unknown => JSON.parse(body) };
};

describe('health', () => {
  test('lists every context with its status and response time', async () => {
    const answer = await call(contract.getHealth);
    expect(answer.status).toBe(200);
    expect(answer.body()).toMatchObject({
      status: 'up',
      contexts: [
        { context: 'users', status: 'up' },
        { context: 'posts', status: 'up' },
      ],
    });
    expect(answer.text).toMatch(/"milliseconds":\d+/);
  });

  test('ignores the query parameters that monitors add, unlike other operations', async () => {
    for (const operation of [contract.getHealth, health.health, health.ready]) {
      expect((await call(operation, {}, { query: { nocache: '1' } })).status).toBe(200);
    }
    expect((await call(contract.listServices, {}, { query: { nocache: '1' } })).status).toBe(400);
  });

  test('is degraded, with status 200, when one context does not answer', async () => {
    const answer = await call(contract.getHealth, { answers: async (path) => path !== '/v1/posts/health' });
    expect(answer.status).toBe(200);
    expect(answer.body()).toMatchObject({ status: 'degraded', contexts: [{ status: 'up' }, { status: 'down' }] });
  });

  test('of the platform is not ready but stays up when its registry cannot be read', async () => {
    expect((await call(health.ready)).status).toBe(200);
    const unready = await call(health.ready, { services: () => Promise.reject(new Error('no SSM')) });
    expect(unready.status).toBe(503);
    expect(unready.body()).toMatchObject({ code: 'not_ready' });
    expect(unready.text).not.toContain('SSM');
    expect((await call(health.health, { services: () => Promise.reject(new Error()) })).status).toBe(200);
  });
});

test('the registry lists the health and readiness paths of each context', async () => {
  expect((await call(contract.listServices)).body()).toEqual({ services: [service('users'), service('posts')] });
});

test('the OpenAPI document is returned unchanged', async () => {
  expect((await call(contract.getOpenApi)).body()).toEqual(await answering().openApi());
});

describe('metrics', () => {
  test('are returned as OpenMetrics text for the context in the path', async () => {
    const asked: string[] = [];
    const figures: StatusDeps['figures'] = async (context) => {
      asked.push(context);
      return { requests: 7, clientErrors: 0, serverErrors: 0, averageLatencyMs: null };
    };
    for (const { context, operation } of contract.contextMetrics) {
      const answer = await call(operation, { figures }, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
      expect(answer.text).toContain(`xmp_requests{context="${context}"} 7`);
    }
    expect(asked).toEqual([...contextNames]);
  });

  test.each<[string, Parameters<typeof call>[2]]>([
    ['nobody', {}],
    ['the owner of a workspace', { as: owner }],
    ['an access token', { headers: { authorization: 'Bearer eyJ.eyJ.sig' } }],
    ['a token that begins like theirs', { headers: { authorization: `Bearer ${token.slice(1)}` } }],
    ['an empty token', { headers: { authorization: 'Bearer ' } }],
    ['another scheme', { headers: { authorization: `Basic ${token}` } }],
  ])('are refused with not_an_operator to anyone but operators: %s', async (_, sent) => {
    for (const { operation } of contract.contextMetrics) {
      const answer = await call(operation, { figures: () => Promise.reject(new Error('read')) }, sent);
      expect(answer.status).toBe(401);
      expect(answer.body()).toMatchObject({ code: 'not_an_operator' });
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="operators"');
    }
  });

  test('are refused to everyone when the operator token is not configured or too short', async () => {
    const [first] = contract.contextMetrics;
    if (!first) throw new Error('no metrics');
    const event = httpEvent(first.operation, { headers: { authorization: 'Bearer short' } });
    for (const operatorToken of [undefined, async () => 'short']) {
      const handler = createHandler({
        context: 'platform',
        routes: routes(answering()),
        ...(operatorToken && { operatorToken }),
      });
      expect(Answer.parse(await handler(event, lambdaContext)).statusCode).toBe(401);
    }
  });
});

describe('the operator token', () => {
  test('is cached for a minute and then read again', async () => {
    let seconds = 0;
    const tokens = ['first', 'second'];
    let reads = 0;
    const read = operatorTokenFrom(
      async () => tokens[reads++] ?? '',
      () => new Date(seconds * 1000),
    );
    expect([await read(), await read()]).toEqual(['first', 'first']);
    seconds = 60;
    expect(await read()).toBe('second');
  });
});

describe('a request that matches no route', () => {
  const send = async (method: string, path: string) => {
    const event = httpEvent(contract.getHealth);
    event.routeKey = '$default';
    event.requestContext.http = { ...event.requestContext.http, method, path };
    return Answer.parse(await open(answering())(event, lambdaContext));
  };

  test('gets 404 when the path is unknown', async () => {
    const answer = await send('GET', '/wp-admin');
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'no_such_operation', correlationId: 'request-1' });
  });

  test('gets 405 with Allow when the path supports another method', async () => {
    expect(await send('DELETE', '/v1/posts')).toMatchObject({ statusCode: 405, headers: { Allow: 'GET, HEAD' } });
  });
});
