import { expect, test } from 'vitest';
import { DomainError, errorName, notFound } from '#shared/errors.ts';

test('a not-found error says only that this workspace has no such thing', () => {
  expect(notFound('media file')).toMatchObject({
    kind: 'not-found',
    code: 'media_file_not_found',
    message: 'There is no such media file in this workspace.',
  });
});

test('a domain error has no fields, headers or cause by default', () => {
  expect(new DomainError('conflict', 'x', 'X.')).toMatchObject({ fields: [], headers: {}, cause: undefined });
});

test('errorName returns the name of an Error and undefined for anything else', () => {
  expect(errorName(new TypeError('x'))).toBe('TypeError');
  expect([errorName('TypeError'), errorName(undefined), errorName({ name: 'TypeError' })]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
