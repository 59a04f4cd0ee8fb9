import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { fieldMessage, plainIssues } from '#shared/http/field-messages.ts';

const said = (schema: z.ZodType, value: unknown): string[] => {
  const { error } = schema.safeParse(value, { error: fieldMessage });
  return error ? plainIssues(error).map(({ path, message }) => [...path, message].join(' ')) : [];
};

test.each<[z.ZodType, unknown, string]>([
  [z.array(z.string()), undefined, 'is missing'],
  [z.array(z.string()), 'a', 'must be a list'],
  [z.string(), null, 'must be a string'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'true', 'must be true or false'],
  [z.strictObject({}), [], 'must be an object'],
  [z.string().min(2), 'a', 'must have at least 2 characters'],
  [z.string().max(1), 'ab', 'must have at most 1 character'],
  [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
  [z.int().min(3), 1, 'must be at least 3'],
  [z.enum(['a', 'b']), 'c', 'must be one of a, b'],
  [z.literal('a'), 'c', 'must be a'],
  [z.email(), 'c', 'must be an email address such as ada@example.com'],
  [z.strictObject({}), { a: 1, b: 1 }, 'has unknown fields: a, b'],
  [z.string().regex(/a/, 'must hold an a'), 'c', 'must hold an a'],
  [z.record(z.string().regex(/^a/), z.string()), { b: '' }, 'b has an invalid name'],
])('a rejected value gets a message in plain words (%#)', (schema, value, message) => {
  expect(said(schema, value)).toEqual([message]);
});

describe('a union', () => {
  const at = z.strictObject({ at: z.string().min(2) });
  const local = z.strictObject({ time: z.string(), zone: z.string() });
  const union = z.xor([at, local], 'must name either at, or time with its zone');

  test.each<[string, unknown, string]>([
    ['of the form that was meant', { at: '' }, 'at must have at least 2 characters'],
    ['that lacks a field of the only form that has the others', { time: 'now' }, 'zone is missing'],
    ['of which nothing is there', {}, 'must name either at, or time with its zone'],
    ['of two forms at once', { at: 'now', time: 'now', zone: 'here' }, 'must name either at, or time with its zone'],
    ['of another kind', 7, 'must name either at, or time with its zone'],
  ])('has one message for a value %s', (_, value, message) => {
    expect(said(union, value)).toEqual([message]);
  });

  test('that is nested has its path in the message', () => {
    expect(said(z.strictObject({ items: z.array(union) }), { items: [{ at: 7 }] })).toEqual([
      'items 0 at must be a string',
    ]);
  });
});
