import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import * as contract from '../../../functions/platform/contract.ts';
import type { Deps } from '../../../functions/platform/deps.ts';
import { routes, unmatched } from '../../../functions/platform/routes.ts';
import { routeKey, type Operation } from '../../../shared/http/operation.ts';
import { createHandler } from '../../../shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner } from '../../support/http-event.ts';

beforeEach(() => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const service = (context: string) => ({ context, health: `/v1/${context}/health`, ready: `/v1/${context}/ready` });
const answering = (): Deps => {
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

const open = (deps: Deps) => createHandler({ context: 'platform', routes: routes(deps), unmatched: unmatched(deps) });

const call = async (operation: Operation, deps: Partial<Deps> = {}, as?: typeof owner) => {
  const event = httpEvent(operation, { ...(as && { as }) });
  const { statusCode, headers, body } = Answer.parse(await open({ ...answering(), ...deps })(event, lambdaContext));
  return { status: statusCode, headers, text: body, body: (): unknown => JSON.parse(body) };
};

test('every operation of the contract is carried out', () => {
  const carriedOut = routes(answering()).map(({ operation }) => routeKey(operation));
  expect(carriedOut.sort()).toEqual(contract.operations.map(routeKey).sort());
});

describe('health', () => {
  test('of all contexts is asked for, each by its own path', async () => {
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

  test('is degraded when one context does not answer', async () => {
    const answer = await call(contract.getHealth, { answers: async (path) => path !== '/v1/posts/health' });
    expect(answer.status).toBe(200);
    expect(answer.body()).toMatchObject({ status: 'degraded', contexts: [{ status: 'up' }, { status: 'down' }] });
  });

  test('of the platform itself needs its registry to be ready', async () => {
    expect((await call(contract.health.ready)).status).toBe(200);
    const unready = await call(contract.health.ready, { services: () => Promise.reject(new Error('no SSM')) });
    expect(unready.status).toBe(503);
    expect(unready.body()).toMatchObject({ code: 'not_ready' });
    expect(unready.text).not.toContain('SSM');
    expect((await call(contract.health.health, { services: () => Promise.reject(new Error()) })).status).toBe(200);
  });
});

test('the registry tells where each context answers', async () => {
  expect((await call(contract.listServices)).body()).toEqual({ services: [service('users'), service('posts')] });
});

test('the OpenAPI document comes as it is', async () => {
  expect((await call(contract.getOpenApi)).body()).toEqual(await answering().openApi());
});

describe('metrics', () => {
  test('come as OpenMetrics text, of the context in the path', async () => {
    const asked: string[] = [];
    const figures: Deps['figures'] = async (context) => {
      asked.push(context);
      return { requests: 7, clientErrors: 0, serverErrors: 0, averageLatencyMs: null };
    };
    for (const { context, operation } of contract.contextMetrics) {
      const answer = await call(operation, { figures }, owner);
      expect(answer.headers['content-type']).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
      expect(answer.text).toContain(`xmp_requests{context="${context}"} 7`);
    }
    expect(asked).toEqual([...contract.contextNames]);
  });

  test('are not for everyone', async () => {
    const [first] = contract.contextMetrics;
    if (!first) throw new Error('no metrics');
    expect((await call(first.operation)).status).toBe(401);
    expect((await call(first.operation, {}, { ...owner, role: 'editor' })).status).toBe(403);
  });
});

describe('what matches no route', () => {
  const send = async (method: string, path: string) => {
    const event = httpEvent(contract.getHealth);
    event.routeKey = '$default';
    event.requestContext.http = { ...event.requestContext.http, method, path };
    return Answer.parse(await open(answering())(event, lambdaContext));
  };

  test('is 404 when nothing lies there', async () => {
    const answer = await send('GET', '/wp-admin');
    expect(answer).toMatchObject({ statusCode: 404, headers: { 'content-type': 'application/problem+json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'no_such_operation', correlationId: 'request-1' });
  });

  test('is 405 with Allow when another method would do', async () => {
    expect(await send('DELETE', '/v1/posts')).toMatchObject({ statusCode: 405, headers: { Allow: 'GET' } });
  });
});
