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

describe('a request that fits its contract', () => {
  test('reaches its route, parsed, with who sent it and the facts', async () => {
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

  test('is answered as the contract says, never to be cached', async () => {
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

  test('without a reply is answered without a body, and text as text', async () => {
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

  test('may come in base64, with a charset, or with nothing for an operation without a body', async () => {
    const encoded = made({ headers: { 'content-type': 'Application/JSON; charset=utf-8' } });
    encoded.body = Buffer.from('{"name":"Ä"}').toString('base64');
    encoded.isBase64Encoded = true;
    const { given, send } = open();
    await send(encoded);
    await send(httpEvent(read, { body: {} }));
    expect(given.map((each) => each.body)).toEqual([{ name: 'Ä' }, {}]);
  });

  test('of a public operation has no caller, whatever token comes along', async () => {
    const { given, send } = open();
    await send(httpEvent(read, { as: owner }));
    expect(given[0]?.caller).toBeUndefined();
  });
});

describe('what was made', () => {
  const answerOf = async (location: string, reply: object) => {
    const placed: Operation = { ...make, location, response: z.looseObject({ version: z.int() }) };
    const handler = createHandler({ context: 'posts', routes: [{ operation: placed, handle: async () => reply }] });
    return Answer.parse(await handler(made(), lambdaContext));
  };

  test('is said to lie where it can be read', async () => {
    const answer = await answerOf('/v1/things/{thing.id}', { version: 1, thing: { id: 't1' } });
    expect(answer).toMatchObject({ statusCode: 201, headers: { location: '/v1/things/t1' } });
  });

  test('is a fault when the reply does not say where', async () => {
    expect(await answerOf('/v1/things/{id}', { version: 1 })).toMatchObject({ statusCode: 500 });
  });
});

describe('HEAD', () => {
  const headed = (event: ReturnType<typeof httpEvent>) => {
    event.routeKey = event.routeKey.replace('GET', 'HEAD');
    event.requestContext.http.method = 'HEAD';
    return event;
  };

  test('is answered as GET is, without the body', async () => {
    const { body, ...rest } = await open().send(httpEvent(read));
    expect(body).toBe('A thing');
    expect(await open().send(headed(httpEvent(read)))).toEqual(rest);
  });

  test('has no body either when it is refused', async () => {
    const answer = await open().send(headed(httpEvent(read, { query: { x: '1' } })));
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    expect(answer.body).toBeUndefined();
  });
});

describe('a reply that may be kept', () => {
  const kept: Operation = { ...read, cacheSeconds: 300 };
  const send = async (headers: Record<string, string> = {}, reply: () => unknown = () => 'A thing') => {
    const handler = createHandler({ context: 'posts', routes: [{ operation: kept, handle: async () => reply() }] });
    return Answer.parse(await handler(httpEvent(kept, { headers }), lambdaContext));
  };

  test('says for how long, and what it is', async () => {
    const { headers } = await send();
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=300', 'x-content-type-options': 'nosniff' });
    expect(headers.etag).toMatch(/^"[\w-]{43}"$/);
  });

  test('is not sent again to who has it', async () => {
    const { etag = '' } = (await send()).headers;
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await send({ 'if-none-match': tag });
      expect(answer).toMatchObject({ statusCode: 304, headers: { etag, 'cache-control': 'public, max-age=300' } });
      expect(answer.body).toBeUndefined();
    }
    expect((await send({ 'if-none-match': '"other"' })).statusCode).toBe(200);
    expect((await send({ 'if-none-match': etag }, () => 'Another thing')).statusCode).toBe(200);
  });

  test('is not kept when it is a refusal', async () => {
    const refuse = () => {
      throw new DomainError('unavailable', 'not_ready', 'Not now.');
    };
    expect((await send({}, refuse)).headers['cache-control']).toBe('no-store');
  });
});

describe('an Idempotency-Key', () => {
  test.each(['', 'a b', 'ä', 'x'.repeat(129), 'a\nb'])('that is %j is refused', async (key) => {
    const problem = await problemOf(made({ headers: { 'content-type': 'application/json', 'idempotency-key': key } }));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_idempotency_key' });
  });
});

const failing = (error: unknown) => () => {
  throw error;
};

describe('an error of the route', () => {
  test('goes with the headers that every answer has', async () => {
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

  test('that is ours is told, with its headers', async () => {
    const error = new DomainError('rate-limited', 'slow_down', 'Wait.', { headers: { 'Retry-After': '7' } });
    const answer = await open(failing(error)).send(made());
    expect(answer).toMatchObject({ statusCode: 429, headers: { 'Retry-After': '7' } });
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'slow_down', detail: 'Wait.' });
  });

  test.each<[string, unknown]>([
    ['an error', new Error('hunter2 in the message')],
    ['an error with a cause', new Error('x', { cause: new Error('hunter2 in the cause') })],
    ['a text', 'hunter2'],
  ])('that is a fault says nothing, neither to the caller nor in the log: %s', async (_, thrown) => {
    const problem = await problemOf(made({ body: { name: 'body-secret' } }), failing(thrown));
    expect(problem).toMatchObject({ status: 500, code: 'internal_error', correlationId: 'request-1' });
    const written = log.join('\n');
    expect(written).toContain('request failed');
    for (const secret of ['hunter2', 'body-secret']) {
      expect(JSON.stringify(problem)).not.toContain(secret);
      expect(written).not.toContain(secret);
    }
  });

  test('that is a fault can be found in the log by its correlation id and place', async () => {
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
  ])('that %s is a fault', async (_, reply) => {
    expect(await problemOf(made(), () => reply)).toMatchObject({ status: 500, code: 'internal_error' });
  });

  test('never holds what the contract does not know', async () => {
    const answer = await open(() => ({ name: 'A', version: 1, passwordHash: 'hunter2' })).send(made());
    expect(answer).toMatchObject({ statusCode: 201, body: '{"name":"A","version":1}' });
  });
});

describe('the correlation id', () => {
  const answered = async (given?: string) => {
    const headers = { 'content-type': 'application/json', ...(given !== undefined && { 'x-correlation-id': given }) };
    return (await open().send(made({ headers }))).headers['x-correlation-id'];
  };

  test('is the caller’s own, when it is a plain one', async () => {
    expect(await answered('abc-1._Z')).toBe('abc-1._Z');
    expect(await answered('x'.repeat(64))).toBe('x'.repeat(64));
  });

  test("is API Gateway's id of the request, when there is none", async () => {
    expect(await answered()).toBe('request-1');
  });

  test.each(['', 'a b', 'a\nset-cookie: x', '{"a":1}', 'x'.repeat(65), 'ä', 'a\n'])(
    'is never a hostile one: %j',
    async (given) => {
      expect(await answered(given)).toBe('request-1');
    },
  );
});

describe('what no route takes', () => {
  const unmatched = () => {
    const event = httpEvent(read);
    event.routeKey = '$default';
    return event;
  };

  test('is told by the context that answers $default', async () => {
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

  test('is a fault in a context that does not', async () => {
    expect(await problemOf(unmatched())).toMatchObject({ status: 500 });
  });

  test('is a fault when API Gateway sends what the function does not know', async () => {
    const event = made();
    event.routeKey = 'POST /v1/unknown';
    expect(await problemOf(event)).toMatchObject({ status: 500 });
  });
});

describe('every request', () => {
  test('is logged with its operation, status and time, and nothing that it holds', async () => {
    await open().send(made({ body: { name: 'body-secret' } }));
    const entry: unknown = JSON.parse(log.find((line) => line.includes('"message": "request"')) ?? '{}');
    expect(entry).toMatchObject({ operation: 'make', status: 201, service: 'posts', correlationId: 'request-1' });
    expect(log.join('\n')).not.toContain('body-secret');
  });

  test.each<[number, () => object, object]>([
    [201, () => ({ name: 'A', version: 1 }), { Requests: 1, ClientErrors: 0, ServerErrors: 0 }],
    [409, failing(new DomainError('conflict', 'x', 'X.')), { Requests: 1, ClientErrors: 1, ServerErrors: 0 }],
    [500, failing(new Error()), { Requests: 1, ClientErrors: 0, ServerErrors: 1 }],
  ])('is counted once, by its kind: %i', async (_, reply, counts) => {
    await open(reply).send(made());
    const metrics = log.filter((line) => line.includes('CloudWatchMetrics'));
    expect(metrics).toHaveLength(1);
    expect(JSON.parse(metrics[0] ?? '')).toMatchObject({ service: 'posts', ...counts });
    expect(metrics[0]).toMatch(/"Latency":\d/);
  });

  test('leaves nothing in the log of the next one', async () => {
    const { send } = open();
    await send(made({ headers: { 'content-type': 'application/json', 'x-correlation-id': 'first' } }));
    const before = log.length;
    await send(made());
    expect(log.slice(before).join('\n')).not.toContain('first');
  });
});

test('whatever is sent to an operation that does nothing, it never answers 5xx', async () => {
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

  test('tells limits with every reply, errors as well', async () => {
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

  test('refuses with 429 and when to come again, and carries nothing out', async () => {
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
  ])('refuses what comes %s', async (_, headers) => {
    const { given, send } = behind();
    const answer = await send(httpEvent(read, { headers }));
    expect(answer.statusCode).toBe(403);
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'direct_access' });
    expect(given).toEqual([]);
  });

  test('takes what comes through it, from the address that CloudFront saw', async () => {
    const { given, send } = behind();
    const headers = { 'x-origin-secret': originSecret, 'x-viewer-address': '2001:db8::7' };
    expect(await send(httpEvent(read, { headers }))).toMatchObject({ statusCode: 200 });
    expect(given[0]?.request.sourceIp).toBe('2001:db8::7');
  });

  test('elsewhere nobody can say by a header where they are', async () => {
    const { given, send } = open();
    await send(httpEvent(read, { headers: { 'x-viewer-address': '2001:db8::7' } }));
    expect(given[0]?.request.sourceIp).toBe('192.0.2.1');
  });
});
