import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpEvent, owner } from '#test/support/http-event.ts';
import { captureLog } from '../captured-log.ts';
import { change, made, make, open, problemOf, read } from '../things.ts';

beforeEach(() => {
  captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a body is refused', () => {
  const send = (text: string, headers = {}) => problemOf(made({ body: text, headers }));

  test.each<[string, unknown, string, string]>([
    ['a wrong type', { name: 1 }, 'body.name', 'invalid_type'],
    ['what is missing', {}, 'body.name', 'invalid_type'],
    ['what is too long', { name: 'a'.repeat(21) }, 'body.name', 'too_big'],
    ['a wrong type in depth', { name: 'A', tags: [{ word: 'a' }, { word: 1 }] }, 'body.tags.1.word', 'invalid_type'],
    ['an unknown field', { name: 'A', colour: 'red' }, 'body', 'unrecognized_keys'],
    ['an unknown field in depth', { name: 'A', tags: [{ word: 'a', x: 1 }] }, 'body.tags.0', 'unrecognized_keys'],
    ['a list', [], 'body', 'invalid_type'],
    ['null', null, 'body', 'invalid_type'],
  ])('for %s, and the field is named', async (_, value, path, code) => {
    const problem = await send(JSON.stringify(value));
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body', fields: [{ path, code }] });
  });

  test.each([
    ['cut', '{"name":'],
    ['two values', '{"name":"A"}{}'],
    ['in single quotes', "{'name':'A'}"],
    ['text that is no Unicode', '{"name":"\\ud800"}'],
    ['a page', '<html>'],
  ])('when it is malformed: %s', async (_, text) => {
    expect(await send(text)).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('when it is not UTF-8', async () => {
    const event = made();
    event.body = Buffer.from('{"name":"\xe4"}', 'latin1').toString('base64');
    event.isBase64Encoded = true;
    expect(await problemOf(event)).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test('when it was not UTF-8 before API Gateway decoded it', async () => {
    const text = new TextDecoder().decode(Buffer.from('{"name":"\xe4"}', 'latin1'));
    expect(await send(text)).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test.each(['{"name":"\\u0000"}', '{"name":"A","tags":[{"word":"a\\u0000b"}]}'])(
    'when a string contains NUL: %s',
    async (text) => {
      expect(await send(text)).toMatchObject({ status: 400, code: 'nul_in_text' });
    },
  );

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'application/problem+json', ''])(
    'when its content type is %j',
    async (type) => {
      const problem = await send('{"name":"A"}', { 'content-type': type });
      expect(problem).toMatchObject({ status: 415, code: 'not_json' });
    },
  );

  test('when it is missing', async () => {
    expect(await problemOf(httpEvent(make, { as: owner }))).toMatchObject({ status: 400, code: 'body_missing' });
  });

  test('when it exceeds the maximum size, before it is parsed', async () => {
    const sized = (bytes: number) => `{"name":"A","more":"${'ä'.repeat((bytes - 22) / 2)}"}`;
    expect(Buffer.byteLength(sized(1000))).toBe(1000);
    expect((await open().send(made({ body: sized(1000) }))).statusCode).toBe(201);
    expect(await send(sized(1002))).toMatchObject({ status: 413, code: 'body_too_large' });
    expect(await send(`<${'x'.repeat(1000)}`)).toMatchObject({ status: 413 });
  });

  test('when it is nested more than 20 levels deep', async () => {
    const nested = (levels: number) => `{"name":"A","more":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect((await open().send(made({ body: nested(20) }))).statusCode).toBe(201);
    expect(await send(nested(21))).toMatchObject({ status: 400, code: 'body_too_deep' });
    expect(await send('['.repeat(900))).toMatchObject({ status: 400, code: 'malformed_json' });
  });

  test.each(['1e16', '-1e300', '1e-131', '-5e-324'])(
    'when it has a number that no item can hold: %s',
    async (number) => {
      const problem = await send(`{"name":"A","more":[1,{"x":${number}}]}`);
      expect(problem).toMatchObject({
        ...{ status: 400, code: 'invalid_body' },
        fields: [{ path: 'body.more.1.x', code: 'number_out_of_range' }],
      });
    },
  );

  test('when the operation takes none', async () => {
    expect(await problemOf(httpEvent(read, { body: { x: 1 } }))).toMatchObject({ status: 400, code: 'invalid_body' });
  });

  test('before the route is called', async () => {
    const { given, send: sendOn } = open();
    await sendOn(made({ body: { name: 1 } }));
    expect(given).toEqual([]);
  });
});

describe('a path or query is refused', () => {
  test.each<[string, Parameters<typeof httpEvent>[1], string]>([
    ['a path that does not fit', { path: { thingId: 'x'.repeat(11) } }, 'path.thingId'],
    ['a value that is not known', { path: { thingId: 't1' }, query: { quietly: 'no' } }, 'query.quietly'],
    ['a parameter that is not known', { path: { thingId: 't1' }, query: { loudly: 'yes' } }, 'query'],
  ])('for %s', async (_, sent, path) => {
    const event = httpEvent(change, { as: owner, body: { name: 'A' }, headers: { 'if-match': '"v1"' }, ...sent });
    expect(await problemOf(event)).toMatchObject({ status: 400, fields: [{ path }] });
  });
});

describe('If-Match', () => {
  const changed = (headers: Record<string, string>) =>
    httpEvent(change, { as: owner, path: { thingId: 't1' }, body: { name: 'A' }, headers });

  test('that is required but missing is rejected with 428 if_match_missing', async () => {
    expect(await problemOf(changed({}))).toMatchObject({ status: 428, code: 'if_match_missing' });
  });

  test.each(['"x"', 'W/"v1"', '', '7'])(
    'that is not one of our tags is rejected with 412 precondition_failed: %j',
    async (tag) => {
      expect(await problemOf(changed({ 'if-match': tag }))).toMatchObject({ status: 412, code: 'precondition_failed' });
    },
  );

  test('is ignored by an operation that does not use it', async () => {
    const { given, send } = open();
    expect((await send(made({ headers: { 'if-match': 'whatever' } }))).statusCode).toBe(201);
    expect(given[0]?.request.ifMatch).toBeUndefined();
  });

  test('of * accepts any version', async () => {
    const { given, send } = open();
    expect((await send(changed({ 'if-match': '*' }))).statusCode).toBe(200);
    expect(given[0]?.request.ifMatch).toBeUndefined();
  });
});
