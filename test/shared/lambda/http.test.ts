import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { DomainError } from '#shared/errors.ts';
import { answerHeaders } from '#shared/http/answer-headers.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { RateLimiter } from '#shared/http/rate-limit.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { httpEvent, lambdaContext, owner } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';
import { Answer, change, made, make, open, problemOf, read, remove } from '../things.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a request that matches its contract', () => {
  test('reaches its route with parsed input, the caller and facts about the request', async () => {
    const { given, send } = open();
    await send(
      httpEvent(change, {
        as: owner,
        path: { thingId: 't1' },
        query: { quietly: 'yes' },
        body: { name: 'A', size: 1 },
        headers: { 'if-match': '"v7"', 'x-correlation-id': 'mine-1', authorization: 'Bearer e30.e30.s' },
      }),
    );
    expect(given).toEqual([
      {
        path: { thingId: 't1' },
        query: { quietly: 'yes' },
        body: { name: 'A', size: 1 },
        caller: {
          personId: owner.personId,
          people: [owner.personId],
          workspaceId: owner.workspaceId,
          role: 'owner',
          tokenId: 'token-1',
          signInRound: 0,
          actor: { type: 'person', id: owner.personId },
          correlationId: 'mine-1',
        },
        request: {
          correlationId: 'mine-1',
          sourceIp: '192.0.2.1',
          userAgent: 'test',
          isSpeculative: false,
          ifMatch: 7,
        },
      },
    ]);
  });

  test('is answered with the status and ETag of the contract, and must not be cached', async () => {
    expect(await open().send(made())).toEqual({
      statusCode: 201,
      headers: {
        'content-type': 'application/json',
        ...answerHeaders,
        'x-correlation-id': 'request-1',
        etag: '"v1"',
      },
      body: '{"name":"A","version":1}',
    });
  });

  test('gets no body when its operation has no reply, and plain text when the reply is text', async () => {
    const removed = await open().send(httpEvent(remove, { as: owner, path: { thingId: 't1' } }));
    expect(removed).toMatchObject({ statusCode: 204 });
    expect(removed.body).toBeUndefined();
    expect(removed.headers).not.toHaveProperty('content-type');
    expect(await open().send(httpEvent(read))).toMatchObject({
      statusCode: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'A thing',
    });
  });

  test('may be in base64, name a charset, or send an empty object where no body is expected', async () => {
    const encoded = made({ headers: { 'content-type': 'Application/JSON; charset=utf-8' } });
    encoded.body = Buffer.from('{"name":"Ä"}').toString('base64');
    encoded.isBase64Encoded = true;
    const { given, send } = open();
    await send(encoded);
    await send(httpEvent(read, { body: {} }));
    expect(given.map((each) => each.body)).toEqual([{ name: 'Ä' }, {}]);
  });

  test('of a public operation has no caller even if it has a token', async () => {
    const { given, send } = open();
    await send(httpEvent(read, { as: owner }));
    expect(given[0]?.caller).toBeUndefined();
  });
});

describe('a created entity', () => {
  const answerOf = async (location: string, reply: object) => {
    const placed: Operation = { ...make, location, response: z.looseObject({ version: z.int() }) };
    const handler = createHandler({ context: 'posts', routes: [{ operation: placed, handle: async () => reply }] });
    return Answer.parse(await handler(made(), lambdaContext));
  };

  test('has a Location header with its path', async () => {
    const answer = await answerOf('/v1/things/{thing.id}', { version: 1, thing: { id: 't1' } });
    expect(answer).toMatchObject({ statusCode: 201, headers: { location: '/v1/things/t1' } });
  });

  test('causes a 500 when the reply lacks a field of its location', async () => {
    expect(await answerOf('/v1/things/{id}', { version: 1 })).toMatchObject({ statusCode: 500 });
  });
});

describe('HEAD', () => {
  const headed = (event: ReturnType<typeof httpEvent>) => {
    event.routeKey = event.routeKey.replace('GET', 'HEAD');
    event.requestContext.http.method = 'HEAD';
    return event;
  };

  test('is answered like GET but without the body', async () => {
    const { body, ...rest } = await open().send(httpEvent(read));
    expect(body).toBe('A thing');
    expect(await open().send(headed(httpEvent(read)))).toEqual(rest);
  });

  test('is rejected without a body, too', async () => {
    const answer = await open().send(headed(httpEvent(read, { query: { x: '1' } })));
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body).toBeUndefined();
  });
});

describe('a cacheable reply', () => {
  const kept: Operation = { ...read, cacheSeconds: 300 };
  const send = async (headers: Record<string, string> = {}, reply: () => unknown = () => 'A thing') => {
    const handler = createHandler({ context: 'posts', routes: [{ operation: kept, handle: async () => reply() }] });
    return Answer.parse(await handler(httpEvent(kept, { headers }), lambdaContext));
  };

  test('has a max-age and an ETag', async () => {
    const { headers } = await send();
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' });
    expect(headers.etag).toMatch(/^"[\w-]{43}"$/);
  });

  test('is replaced by a 304 without a body when If-None-Match has its ETag', async () => {
    const { etag = '' } = (await send()).headers;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await send({ 'if-none-match': tag });
      expect(answer).toMatchObject({ statusCode: 304, headers: { etag, 'cache-control': 'public, max-age=300' } });
      expect(answer.body).toBeUndefined();
    }
    expect((await send({ 'if-none-match': '"other"' })).statusCode).toBe(200);
    expect((await send({ 'if-none-match': etag }, () => 'Another thing')).statusCode).toBe(200);
  });

  test('is not cacheable when it is an error', async () => {
    const refuse = () => {
      throw new DomainError('unavailable', 'not_ready', 'Not now.');
    };
    expect((await send({}, refuse)).headers['cache-control']).toBe('no-store');
  });
});

describe('an Idempotency-Key', () => {
  test.each(['', 'a b', 'ä', 'x'.repeat(129), 'a\nb'])(
    'of %j is rejected with invalid_idempotency_key',
    async (key) => {
      const problem = await problemOf(
        made({ headers: { 'content-type': 'application/json', 'idempotency-key': key } }),
      );
      expect(problem).toMatchObject({ status: 400, code: 'invalid_idempotency_key' });
    },
  );
});

const failing = (error: unknown) => () => {
  throw error;
};

describe('an error of the route', () => {
  test('is sent with the security headers of every answer', async () => {
    for (const error of [new DomainError('conflict', 'x', 'No.'), new Error('broken')]) {
      expect((await open(failing(error)).send(made())).headers).toMatchObject({
        'strict-transport-security': 'max-age=63072000; includeSubDomains',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': "frame-ancestors 'none'",
        'cache-control': 'no-store',
      });
    }
  });

  test('that is a domain error is returned with its code and headers', async () => {
    const error = new DomainError('rate-limited', 'slow_down', 'Wait.', { headers: { 'Retry-After': '7' } });
    const answer = await open(failing(error)).send(made());
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'Retry-After': '7' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'slow_down', detail: 'Wait.' });
  });

  test.each<[string, unknown]>([
    ['an error', new Error('hunter2 in the message')],
    ['an error with a cause', new Error('x', { cause: new Error('hunter2 in the cause') })],
    ['a text', 'hunter2'],
  ])('that is unexpected reveals nothing to the caller or in the log: %s', async (_, thrown) => {
    const problem = await problemOf(made({ body: { name: 'body-secret' } }), failing(thrown));
    expect(problem).toMatchObject({ status: 500, code: 'internal_error', correlationId: 'request-1' });
    const written = log.join('\n');
    expect(written).toContain('request failed');
    for (const secret of ['hunter2', 'body-secret']) {
      expect(JSON.stringify(problem)).not.toContain(secret);
      expect(written).not.toContain(secret);
    }
  });

  test('that is unexpected is logged with its correlation id and source location', async () => {
    await problemOf(
      made({ headers: { 'content-type': 'application/json', 'x-correlation-id': 'find-me' } }),
      failing(new TypeError('x')),
    );
    const line = log.find((each) => each.includes('request failed')) ?? '{}';
    const entry: unknown = JSON.parse(line);
    expect(entry).toMatchObject({ level: 'ERROR', correlationId: 'find-me', error: { name: 'TypeError' } });
    expect(line).toContain('http.test.ts');
  });
});

describe('a reply', () => {
  test.each<[string, object]>([
    ['misses a field', { version: 1 }],
    ['has a field of another type', { name: 1, version: 1 }],
    ['has no version for its ETag', { name: 'A' }],
  ])('that %s causes a 500 internal_error', async (_, reply) => {
    expect(await problemOf(made(), () => reply)).toMatchObject({ status: 500, code: 'internal_error' });
  });

  test('omits fields that are not in the contract', async () => {
    const answer = await open(() => ({ name: 'A', version: 1, passwordHash: 'hunter2' })).send(made());
    expect(answer).toMatchObject({ statusCode: 201, body: '{"name":"A","version":1}' });
  });
});

describe('the correlation id', () => {
  const answered = async (given?: string) => {
    const headers = { 'content-type': 'application/json', ...(given !== undefined && { 'x-correlation-id': given }) };
    return (await open().send(made({ headers }))).headers['x-correlation-id'];
  };

  test("is the caller's own when that is well-formed", async () => {
    expect(await answered('abc-1._Z')).toBe('abc-1._Z');
    expect(await answered('x'.repeat(64))).toBe('x'.repeat(64));
  });

  test("is API Gateway's request id when the caller sends none", async () => {
    expect(await answered()).toBe('request-1');
  });

  test.each(['', 'a b', 'a\nset-cookie: x', '{"a":1}', 'x'.repeat(65), 'ä', 'a\n'])(
    'is never a malformed one: %j',
    async (given) => {
      expect(await answered(given)).toBe('request-1');
    },
  );
});

describe('a request without a route', () => {
  const unmatched = () => {
    const event = httpEvent(read);
    event.routeKey = '$default';
    return event;
  };

  test('is passed to the context that answers $default', async () => {
    const asked: unknown[] = [];
    const { send } = open(undefined, {
      unmatched: async (request) => {
        asked.push(request);
        throw new DomainError('not-found', 'no_such_operation', 'Nothing here.');
      },
    });
    expect(await send(unmatched())).toMatchObject({ statusCode: 404 });
    expect(asked).toEqual([{ method: 'GET', path: '/v1/things' }]);
  });

  test('causes a 500 in any other context', async () => {
    expect(await problemOf(unmatched())).toMatchObject({ status: 500 });
  });

  test('causes a 500 when API Gateway sends a route key that the function does not know', async () => {
    const event = made();
    event.routeKey = 'POST /v1/unknown';
    expect(await problemOf(event)).toMatchObject({ status: 500 });
  });
});

describe('every request', () => {
  test('is logged with its operation, status and correlation id, but not with its content', async () => {
    await open().send(made({ body: { name: 'body-secret' } }));
    const entry: unknown = JSON.parse(log.find((line) => line.includes('"message": "request"')) ?? '{}');
    expect(entry).toMatchObject({ operation: 'make', status: 201, service: 'posts', correlationId: 'request-1' });
    expect(log.join('\n')).not.toContain('body-secret');
  });

  test.each<[number, () => object, object]>([
    [201, () => ({ name: 'A', version: 1 }), { Requests: 1, ClientErrors: 0, ServerErrors: 0 }],
    [409, failing(new DomainError('conflict', 'x', 'X.')), { Requests: 1, ClientErrors: 1, ServerErrors: 0 }],
    [500, failing(new Error()), { Requests: 1, ClientErrors: 0, ServerErrors: 1 }],
  ])('is counted once in the metrics, by kind of error: %i', async (_, reply, counts) => {
    await open(reply).send(made());
    const metrics = log.filter((line) => line.includes('CloudWatchMetrics'));
    expect(metrics).toHaveLength(1);
    expect(JSON.parse(metrics[0] ?? '')).toMatchObject({ service: 'posts', ...counts });
    expect(metrics[0]).toMatch(/"Latency":\d/);
  });

  test('leaves no correlation id in the log of the next one', async () => {
    const { send } = open();
    await send(made({ headers: { 'content-type': 'application/json', 'x-correlation-id': 'first' } }));
    const before = log.length;
    await send(made());
    expect(log.slice(before).join('\n')).not.toContain('first');
  });
});

test('no input makes an operation answer with a 5xx status', async () => {
  const { send } = open();
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '\0'));
  const params = fc.option(fc.dictionary(text, text), { nil: undefined });
  const sentBody = fc.oneof(
    text,
    fc.json(),
    fc.record({ name: text, size: fc.double(), tags: fc.jsonValue(), more: fc.jsonValue() }, { requiredKeys: [] }),
    fc.constantFrom('{"__proto__":{"x":1},"name":"A"}', '{"name":"A","name":1}', '1e999', '"\\u0000"', '['.repeat(500)),
  );
  const headers = fc.dictionary(
    fc.constantFrom('if-match', 'idempotency-key', 'x-correlation-id', 'content-type', 'cookie'),
    fc.oneof(text, fc.constantFrom('"v1"', '*', 'application/json', 'application/json;charset=x')),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Operation>(make, change, remove, read),
      params,
      params,
      fc.option(sentBody, { nil: undefined }),
      headers,
      fc.boolean(),
      fc.boolean(),
      async (target, path, query, given, sentHeaders, isBase64Encoded, isSignedIn) => {
        const sent = { ...(path && { path }), ...(query && { query }), body: given, headers: sentHeaders };
        const event = { ...httpEvent(target, { ...sent, ...(isSignedIn && { as: owner }) }), isBase64Encoded };
        const answer = await send(event);
        expect(answer.statusCode).toBeLessThan(500);
        if (answer.statusCode >= 400)
          expect(Problem.parse(JSON.parse(answer.body ?? '')).status).toBe(answer.statusCode);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a function that limits requests', () => {
  const limiting = (isRefused: boolean) => {
    const asked: unknown[] = [];
    const headers = { 'ratelimit-policy': '"person";q=9;w=9', ratelimit: '"person";r=8;t=1' };
    const refusal = new DomainError('rate-limited', 'rate_limited', 'Wait.', { headers: { 'retry-after': '7' } });
    const limiter: RateLimiter = async (operation, caller, address) => {
      asked.push([operation.id, caller?.personId, address]);
      return { headers, ...(isRefused && { refusal }) };
    };
    return { asked, headers, ...open(undefined, { admission: { limiter } }) };
  };

  test('sends RateLimit headers with every reply, including errors', async () => {
    const { asked, headers, send } = limiting(false);
    expect(await send(made())).toMatchObject({ statusCode: 201, headers: { ...headers, etag: '"v1"' } });
    expect(await send(made({ body: {} }))).toMatchObject({ statusCode: 400, headers });
    await send(httpEvent(read));
    expect(asked).toEqual([
      ['make', owner.personId, '192.0.2.1'],
      ['make', owner.personId, '192.0.2.1'],
      ['read', undefined, '192.0.2.1'],
    ]);
  });

  test('refuses with 429 and Retry-After, without calling the route', async () => {
    const { given, headers, send } = limiting(true);
    const answer = await send(made());
    expect(answer).toMatchObject({ statusCode: 429, headers: { ...headers, 'retry-after': '7' } });
    expect(Problem.parse(JSON.parse(answer.body ?? ''))).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(given).toEqual([]);
  });
});

describe('a function behind CloudFront', () => {
  const originSecret = 'k'.repeat(40);
  const behind = () => open(undefined, { admission: { originSecret } });

  test.each([
    ['without the secret', {}],
    ['with another secret', { 'x-origin-secret': 'k'.repeat(39) }],
  ])('rejects a request %s with 403 direct_access', async (_, headers) => {
    const { given, send } = behind();
    const answer = await send(httpEvent(read, { headers }));
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'direct_access' });
    expect(given).toEqual([]);
  });

  test('accepts a request with the secret, from the address that CloudFront saw', async () => {
    const { given, send } = behind();
    const headers = { 'x-origin-secret': originSecret, 'x-viewer-address': '2001:db8::7' };
    expect(await send(httpEvent(read, { headers }))).toMatchObject({ statusCode: 200 });
    expect(given[0]?.request.sourceIp).toBe('2001:db8::7');
  });

  test("is the only one that trusts the header with the viewer's address", async () => {
    const { given, send } = open();
    await send(httpEvent(read, { headers: { 'x-viewer-address': '2001:db8::7' } }));
    expect(given[0]?.request.sourceIp).toBe('192.0.2.1');
  });
});
