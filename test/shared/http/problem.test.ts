import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { DomainError, type ErrorKind } from '#shared/errors.ts';
import { invalidInput } from '#shared/http/invalid-input.ts';
import { Problem, problemOf } from '#shared/http/problem.ts';

const statuses: [ErrorKind, number, string][] = [
  ['invalid', 400, 'Invalid'],
  ['unauthenticated', 401, 'Unauthenticated'],
  ['forbidden', 403, 'Forbidden'],
  ['not-found', 404, 'Not found'],
  ['method-not-allowed', 405, 'Method not allowed'],
  ['conflict', 409, 'Conflict'],
  ['precondition-failed', 412, 'Precondition failed'],
  ['too-large', 413, 'Too large'],
  ['unsupported-media-type', 415, 'Unsupported media type'],
  ['unprocessable', 422, 'Unprocessable'],
  ['precondition-required', 428, 'Precondition required'],
  ['rate-limited', 429, 'Rate limited'],
  ['unavailable', 503, 'Unavailable'],
];

test.each(statuses)('an error of kind %s becomes a problem with status %i, %s', (kind, status, title) => {
  expect(problemOf(new DomainError(kind, 'some_code', 'In words.'), 'correlation-1')).toEqual({
    type: 'about:blank',
    title,
    status,
    code: 'some_code',
    detail: 'In words.',
    correlationId: 'correlation-1',
  });
});

describe('a problem hides internal details', () => {
  test.each<[string, unknown]>([
    ['a fault', new Error('connect ECONNREFUSED 10.0.0.1')],
    ['an error of AWS', Object.assign(new Error('arn:aws:dynamodb:table/posts'), { name: 'ValidationException' })],
    ['a reply that broke its contract', new z.ZodError([{ code: 'custom', path: ['secret'], message: 'arn:aws' }])],
    ['a text', 'arn:aws'],
    ['nothing', undefined],
  ])('of %s', (_, error) => {
    expect(problemOf(error, 'correlation-1')).toEqual({
      type: 'about:blank',
      title: 'Internal error',
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side. Quote the correlation id when you report it.',
      correlationId: 'correlation-1',
    });
  });

  test('of the cause of a domain error', () => {
    const error = new DomainError('unavailable', 'not_ready', 'Not now.', { cause: new Error('arn:aws') });
    expect(JSON.stringify(problemOf(error, 'correlation-1'))).not.toContain('arn:aws');
  });
});

describe('refused input', () => {
  const Body = z.strictObject({
    parts: z.array(z.strictObject({ text: z.string().max(5) })),
    kind: z.enum(['a', 'b']),
  });
  const refused = (value: unknown) => {
    expect(Body.safeParse(value).success).toBe(false);
    return problemOf(invalidInput(Body, value, 'body'), 'correlation-1');
  };

  test('names every invalid field by its dotted path, in a valid problem', () => {
    const problem = refused({ parts: [{ text: 'ok' }, { text: 'far too long' }], kind: 'c' });
    expect(Problem.parse(problem)).toEqual(problem);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_body' });
    expect(problem.fields?.map(({ path, code }) => [path, code])).toEqual([
      ['body.parts.1.text', 'too_big'],
      ['body.kind', 'invalid_value'],
    ]);
  });

  test('never repeats the rejected values', () => {
    const problem = refused({ parts: [{ text: 'hunter2hunter2' }], kind: 'hunter2' });
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  test('is reported with at most 50 fields and in bounded size', () => {
    const problem = refused({
      parts: Array.from({ length: 1000 }, () => ({ text: 1 })),
      kind: 'a',
      ['x'.repeat(10_000)]: 1,
    });
    expect(problem.fields).toHaveLength(50);
    expect(JSON.stringify(problem).length).toBeLessThan(30_000);
  });
});
