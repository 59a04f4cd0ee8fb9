import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { committedOpenApi } from '#infra/openapi.ts';
import { contextNames } from '#shared/contexts.ts';
import { expectProblem, send } from '../support/integration/answers.ts';
import { operatorToken } from '../support/integration/operators.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
beforeAll(() => maya.join());

test('the health of the platform is up, with every context up', async () => {
  const { status, body } = await send('GET', '/v1/health');
  expect(status).toBe(200);
  const contexts = contextNames.map((context): unknown => expect.objectContaining({ context, status: 'up' }));
  expect(body).toEqual({ status: 'up', contexts: expect.arrayContaining(contexts) as unknown });
});

test.each(contextNames)('%s reports that it is up and ready', async (context) => {
  expect(await send('GET', `/v1/${context}/health`)).toMatchObject({ status: 200, body: { context, status: 'up' } });
  expect(await send('GET', `/v1/${context}/ready`)).toMatchObject({ status: 200, body: { context, status: 'ready' } });
});

test('the service registry lists every context with health and readiness paths that return 200', async () => {
  const Services = z.object({
    services: z.array(z.object({ context: z.string(), health: z.string(), ready: z.string() })),
  });
  const { services } = await maya.do(Services, 'GET', '/v1/services');
  expect(services.map(({ context }) => context).sort()).toEqual([...contextNames].sort());
  for (const { health, ready } of services) {
    expect(await send('GET', health)).toMatchObject({ status: 200 });
    expect(await send('GET', ready)).toMatchObject({ status: 200 });
  }
});

test('the API serves the committed OpenAPI document', async () => {
  const { status, body } = await send('GET', '/v1/openapi.json');
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(committedOpenApi()));
});

test('the OpenAPI document may be cached for 300 s, and a matching If-None-Match returns 304', async () => {
  const { headers } = await send('GET', '/v1/openapi.json');
  const etag = headers.get('etag') ?? '';
  expect(headers.get('cache-control')).toBe('public, max-age=300');
  const again = await send('GET', '/v1/openapi.json', { headers: { 'if-none-match': etag } });
  expect(again).toMatchObject({ status: 304, body: undefined });
  expect(again.headers.get('etag')).toBe(etag);
});

/** A line of OpenMetrics text with a sample. */
const Sample = /^(?<name>[a-z_]+)\{context="(?<context>[a-z]+)"\} (?<value>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

/** Parses the gauges of OpenMetrics text (github.com/prometheus/OpenMetrics, version 1.0.0). */
const parseOpenMetrics = (text: string) => {
  const lines = text.split('\n');
  expect(lines.splice(-2)).toEqual(['# EOF', '']);
  const samples = new Map<string, { context: string; value: number }>();
  const types = new Set<string>();
  for (const line of lines) {
    const type = /^# TYPE (?<name>[a-z_]+) gauge$/.exec(line)?.groups?.name;
    if (type !== undefined) types.add(type);
    else if (!line.startsWith('# HELP ')) {
      const { name = '', context = '', value } = Sample.exec(line)?.groups ?? {};
      // A metric's samples follow its type.
      expect([...types].at(-1), line).toBe(name);
      samples.set(name, { context, value: Number(value) });
    }
  }
  return samples;
};

describe('metrics', () => {
  const metricsOf = async (context: string) => {
    const headersOfOperator = { authorization: `Bearer ${await operatorToken()}` };
    const { status, headers, body } = await send('GET', `/v1/${context}/metrics`, { headers: headersOfOperator });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    return parseOpenMetrics(z.string().parse(body));
  };
  const counted = async (context: string, name: string) => (await metricsOf(context)).get(name)?.value ?? 0;

  test('are refused with not_an_operator to a workspace owner and to anonymous or guessed tokens', async () => {
    for (const context of contextNames) {
      expectProblem(await maya.call('GET', `/v1/${context}/metrics`), 401, 'not_an_operator');
      expectProblem(await send('GET', `/v1/${context}/metrics`), 401, 'not_an_operator');
      const guess = { authorization: `Bearer ${'a'.repeat(64)}` };
      expectProblem(await send('GET', `/v1/${context}/metrics`, { headers: guess }), 401, 'not_an_operator');
    }
  });

  test.each(contextNames)('of %s are served as OpenMetrics text', async (context) => {
    const samples = await metricsOf(context);
    expect([...samples.keys()]).toEqual(expect.arrayContaining(['xmp_requests', 'xmp_client_errors']));
    expect(new Set([...samples.values()].map((sample) => sample.context))).toEqual(new Set([context]));
  });

  test('count requests and client errors', async () => {
    const figures = async () => ({
      requests: await counted('posts', 'xmp_requests'),
      errors: await counted('posts', 'xmp_client_errors'),
    });
    let before = await figures();
    for (let times = 0; times < 3; times += 1) await maya.call('GET', '/v1/posts?limit=0');
    await maya.call('GET', '/v1/posts');
    await eventually('three refusals and four requests more', async () => {
      const { requests, errors } = await figures();
      if (requests >= before.requests + 4 && errors >= before.errors + 3) return true;
      // Figures older than five minutes are dropped: then the counts fall below those from before.
      if (requests < before.requests) before = { requests: 0, errors: 0 };
      return undefined;
    });
  });
});
