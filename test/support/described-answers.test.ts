import { expect, test } from 'vitest';
import { undescribed } from './described-answers.ts';

const told = { 'content-type': 'application/json', 'x-correlation-id': 'correlation-1' };
const up = { context: 'posts', status: 'up' };
const faultsOf = (
  body: unknown,
  {
    status = 200,
    headers = told,
    path = '/v1/posts/health',
    method = 'GET',
  }: Record<string, unknown> & {
    status?: number;
    headers?: Record<string, string>;
    path?: string;
    method?: string;
  } = {},
) => {
  const text = body === undefined ? '' : JSON.stringify(body);
  return undescribed(method, path, new Response(null, { status, headers }), text);
};

test('an answer that matches the API description has no fault, even with additional fields', () => {
  expect(faultsOf(up)).toEqual([]);
  expect(faultsOf({ ...up, more: 1 })).toEqual([]);
  expect(faultsOf(undefined, { method: 'HEAD' })).toEqual([]);
  expect(
    faultsOf(
      { message: 'Unauthorized' },
      { status: 401, path: '/v1/posts', headers: { 'content-type': 'application/json' } },
    ),
  ).toEqual([]);
});

test('an answer for an unknown operation has no fault, unless its code is unknown', () => {
  expect(faultsOf({}, { status: 404, path: '/v1/nope' })).toEqual([]);
  const unmatched = { status: 404, path: '/v1/posts/%00', headers: { 'content-type': 'application/problem+json' } };
  expect(faultsOf({ code: 'no_such_operation' }, unmatched)).toEqual([]);
  expect(faultsOf({ code: 'no_such_code' }, unmatched)).not.toEqual([]);
});

test('a problem with a code that its operation does not declare is a fault', () => {
  const problem = {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail: 'Said.',
    correlationId: 'correlation-1',
  };
  const refused = (code: string) =>
    faultsOf(
      { ...problem, code },
      {
        status: 409,
        method: 'POST',
        path: '/v1/posts/pst_1/queue',
        headers: { ...told, 'content-type': 'application/problem+json' },
      },
    );
  expect(refused('queue_full')).toEqual([]);
  expect(refused('post_lost').join()).toContain('must be equal to one of the allowed values');
});

test.each<[string, string[], string]>([
  ['a status that is not described', faultsOf(up, { status: 202 }), 'postsHealth answers 202, which is not described'],
  ['a body that is not as described', faultsOf({ status: 'up' }), "must have required property 'context'"],
  ['another type', faultsOf(up, { headers: { ...told, 'content-type': 'text/html' } }), 'is text/html, which is not'],
  ['a header that is not described', faultsOf(up, { headers: { ...told, 'x-more': '1' } }), 'has the header x-more'],
  [
    'a header that is not as described',
    faultsOf(up, { headers: { ...told, 'x-correlation-id': 'x'.repeat(65) } }),
    'x-correlation-id',
  ],
  [
    'a body where none is described',
    faultsOf('', {
      status: 304,
      path: '/v1/openapi.json',
      headers: { ...told, etag: '"a"', 'cache-control': 'max-age=1' },
    }),
    'has a body',
  ],
  ['a reply without its ETag', faultsOf(up, { path: '/v1/posts/pst_1' }), 'lacks the header etag'],
  [
    'the form of API Gateway where it is not described',
    faultsOf({ message: 'No' }, { status: 403, path: '/v1/posts', headers: { 'content-type': 'application/json' } }),
    'is application/json',
  ],
])('%s is a fault', (_, faults, fault) => {
  expect(faults.join()).toContain(fault);
});
