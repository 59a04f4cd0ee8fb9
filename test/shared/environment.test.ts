import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseEnvironment } from '#shared/environment.ts';

const shape = { TABLE_NAME: z.string().min(1), API_URL: z.url() };

test('only the requested environment variables are returned', () => {
  const environment = { TABLE_NAME: 'posts', API_URL: 'https://api.example', SECRET: 'x' };
  expect(parseEnvironment(shape, environment)).toEqual({ TABLE_NAME: 'posts', API_URL: 'https://api.example' });
});

test.each([
  ['all', {}, 'TABLE_NAME, API_URL'],
  ['an empty one', { TABLE_NAME: '', API_URL: 'https://api.example' }, 'TABLE_NAME'],
  ['a malformed one', { TABLE_NAME: 'posts', API_URL: 'hunter2' }, 'API_URL'],
])('missing or malformed variables are named without their values: %s', (_, environment, names) => {
  expect(() => parseEnvironment(shape, environment)).toThrow(
    new Error(`These environment variables are missing or malformed: ${names}`),
  );
});
