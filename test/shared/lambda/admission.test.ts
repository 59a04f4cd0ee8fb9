import { expect, test } from 'vitest';
import { stages } from '#infra/stages.ts';
import { admissionOf } from '#shared/lambda/admission.ts';
import { observe } from '#shared/observability.ts';
import { openTable } from '#shared/table.ts';

const table = openTable('users', () => new Date());
const admission = (environment: Record<string, string>) => admissionOf(environment, table, observe('users'));

test('the rate limits of every stage yield a limiter', () => {
  for (const { name, limits } of Object.values(stages())) {
    expect(admission({ RATE_LIMITS: JSON.stringify(limits) }).limiter, name).toBeTypeOf('function');
  }
});

test('there is no limiter without rate limits or without a table', () => {
  expect(admission({}).limiter).toBeUndefined();
  expect(
    admissionOf({ RATE_LIMITS: JSON.stringify(stages().dev.limits) }, undefined, observe('users')).limiter,
  ).toBeUndefined();
});

test('the origin secret is passed on', () => {
  expect(admission({ ORIGIN_SECRET: 'k'.repeat(40) }).originSecret).toBe('k'.repeat(40));
});

test.each([
  [{ RATE_LIMITS: '{' }, 'RATE_LIMITS'],
  [{ RATE_LIMITS: '{"person":{"burst":0,"perMinute":1}}' }, 'RATE_LIMITS'],
  [{ ORIGIN_SECRET: 'short' }, 'ORIGIN_SECRET'],
])('a malformed value throws on cold start and is named: %j', (environment, name) => {
  expect(() => admission(environment)).toThrow(name);
});
