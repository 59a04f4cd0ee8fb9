import { describe, expect, test } from 'vitest';
import { unmatchedError } from '#functions/platform/domain/unmatched.ts';

const paths = {
  '/v1/posts': { get: {}, post: {} },
  '/v1/posts/{postId}': { get: {}, patch: {}, delete: {} },
  '/v1/posts/{postId}/schedule': { post: {} },
  '/v1/posts/health': { get: {} },
};

describe('a path that supports only other methods gets 405 and lists them', () => {
  test.each([
    ['PUT', '/v1/posts', 'GET, HEAD, POST'],
    ['POST', '/v1/posts/pst_1', 'DELETE, GET, HEAD, PATCH'],
    ['GET', '/v1/posts/pst_1/schedule', 'POST'],
    ['POST', '/v1/posts/health', 'DELETE, GET, HEAD, PATCH'],
  ])('%s %s', (method, path, allow) => {
    const error = unmatchedError(paths, method, path);
    expect(error).toMatchObject({ kind: 'method-not-allowed', code: 'method_not_allowed', headers: { Allow: allow } });
    expect(error.message).toBe(`This path does not support ${method}, only ${allow}.`);
  });
});

describe('an unknown path gets 404', () => {
  test.each([
    '/',
    '',
    '/v1',
    '/v1/post',
    '/v1/posts/',
    '/v1/posts//schedule',
    '/v1/posts/a/b/c',
    '/V1/posts',
    '//v1/posts',
  ])('%j', (path) => {
    expect(unmatchedError(paths, 'GET', path)).toMatchObject({ kind: 'not-found', headers: {} });
  });
});

test('the error message does not echo the path, which can contain anything', () => {
  expect(unmatchedError(paths, 'GET', '/<script>').message).not.toContain('script');
});
