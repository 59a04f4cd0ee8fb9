import { expect, test } from 'vitest';
import { stages } from '#infra/stages.ts';
import { admissionOf } from '#shared/lambda/admission.ts';
import { observe } from '#shared/observability.ts';
import { openTable } from '#shared/table.ts';

const table = openTable('users', () => new Date());
const admission = (environment: Record<string, string>) => admissionOf(environment, table, observe('users'));

test('the limits of every stage are what a function takes', () => {
  for (const { name, limits } of Object.values(stages())) {
    expect(admission({ RATE_LIMITS: JSON.stringify(limits) }).limiter, name).toBeTypeOf('function');
  }
});

test('without limits, or without a table to count in, there is no limiter', () => {
  expect(admission({}).limiter).toBeUndefined();
  expect(
    admissionOf({ RATE_LIMITS: JSON.stringify(stages().dev.limits) }, undefined, observe('users')).limiter,
  ).toBeUndefined();
});

test('the secret of the origin is passed on', () => {
  expect(admission({ ORIGIN_SECRET: 'k'.repeat(40) }).originSecret).toBe('k'.repeat(40));
});

test.each([
  [{ RATE_LIMITS: '{' }, 'RATE_LIMITS'],
  [{ RATE_LIMITS: '{"person":{"burst":0,"perMinute":1}}' }, 'RATE_LIMITS'],
  [{ ORIGIN_SECRET: 'short' }, 'ORIGIN_SECRET'],
])('a malformed value stops the cold start: %j', (environment, name) => {
  expect(() => admission(environment)).toThrow(name);
});
