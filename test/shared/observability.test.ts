import { expect, test } from 'vitest';
import { DomainError } from '#shared/errors.ts';
import { loggable } from '#shared/observability.ts';

test('a domain error is logged with its code and message, and its cause without the message', () => {
  const logged = loggable(new DomainError('conflict', 'taken', 'It is taken.', { cause: new TypeError('token abc') }));
  expect(logged).toMatchObject({ name: 'DomainError', code: 'taken', message: 'It is taken.' });
  expect(logged.cause).toMatchObject({ name: 'TypeError' });
  expect(JSON.stringify(logged)).not.toContain('token abc');
});

test('any other error is logged with its name and stack frames but without its message', () => {
  const logged = loggable(new Error('Bearer hunter2\n    at least not here'));
  expect(Object.keys(logged).sort()).toEqual(['name', 'stack']);
  expect(JSON.stringify(logged)).not.toContain('hunter2');
  expect(JSON.stringify(logged.stack)).toContain('observability.test.ts');
});

test('a thrown value that is not an error is logged by its type alone', () => {
  expect(loggable('hunter2')).toEqual({ name: 'string' });
  expect(loggable(undefined)).toEqual({ name: 'undefined' });
});
