import { expect, test } from 'vitest';
import { DomainError, errorName, notFound } from '#shared/errors.ts';

test('what is not there and what is of another workspace is told in the same words', () => {
  expect(notFound('media file')).toMatchObject({
    kind: 'not-found',
    code: 'media_file_not_found',
    message: 'There is no such media file in this workspace.',
  });
});

test('an error names no fields and sets no headers unless it says so', () => {
  expect(new DomainError('conflict', 'x', 'X.')).toMatchObject({ fields: [], headers: {}, cause: undefined });
});

test('the name of what is no error is not known', () => {
  expect(errorName(new TypeError('x'))).toBe('TypeError');
  expect([errorName('TypeError'), errorName(undefined), errorName({ name: 'TypeError' })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
