import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '#infra/openapi.ts';
import { range } from '#shared/http/range.ts';

const Ends = { from: z.string().optional(), to: z.string().optional() };

const refusals = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

describe('a range', () => {
  test('that ends before it begins is rejected at both ends', () => {
    const schema = z.strictObject(Ends).check(range());
    expect(refusals(schema, { from: '2026-11-02', to: '2026-11-01' })).toEqual([
      'from must not be after to',
      'to must not be before from',
    ]);
    expect(refusals(schema, { from: '2026-11-01T00:00:00.5Z', to: '2026-11-01T00:00:00Z' })).toHaveLength(2);
  });

  test('may be open-ended, or empty unless it must be a span', () => {
    for (const value of [{}, { from: '2026-11-01' }, { to: '2026-11-01' }, { from: '2026-11-01', to: '2026-11-01' }]) {
      expect(refusals(z.strictObject(Ends).check(range()), value)).toEqual([]);
    }
    const spans = z.strictObject(Ends).check(range({ isSpan: true }));
    expect(refusals(spans, { from: '2026-11-01', to: '2026-11-01' })).toEqual([
      'from must be before to',
      'to must be after from',
    ]);
  });

  test('that is longer than allowed is rejected', () => {
    const days = z.strictObject(Ends).check(range({ atMost: { days: 91 } }));
    expect(refusals(days, { from: '2026-11-01', to: '2027-01-31' })).toEqual([]);
    expect(refusals(days, { from: '2026-11-01', to: '2027-02-01' })).toEqual(['to must be at most 91 days after from']);
    const years = z.strictObject(Ends).check(range({ atMost: { days: 3_660, said: 'ten years' } }));
    expect(refusals(years, { from: '2026-11-01', to: '2037-11-01' })).toEqual([
      'to must be at most ten years after from',
    ]);
  });

  test('with an end that is not a time is not checked', () => {
    expect(refusals(z.strictObject(Ends).check(range()), { from: 'soon', to: '2026-11-01' })).toEqual([]);
  });
});

/** Compares two versions in either direction: its ends are not a range. */
const comparing = 'diffVersions';

/** Other required fields. */
const besides: Readonly<Record<string, object>> = {
  exportPosts: { format: 'csv' },
  getPerformanceSeries: { metric: 'likes' },
  exportAuditEvents: { format: 'csv' },
  importCampaignBlackouts: { calendar: 'BEGIN:VCALENDAR' },
};

const ranged = allOperations.flatMap(({ operation: { id, request } }) =>
  (['query', 'body'] as const).flatMap((place) => {
    const schema: z.ZodType = request[place];
    return schema instanceof z.ZodObject && id !== comparing && 'from' in schema.shape && 'to' in schema.shape
      ? [{ id, schema, others: besides[id] ?? {} }]
      : [];
  }),
);

test('the API has operations with a range', () => {
  expect(ranged.length).toBeGreaterThan(6);
});

test.each(ranged)('$id rejects a range that ends before it begins', ({ schema, others }) => {
  const ends = [
    { from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' },
    { from: '2026-11-02', to: '2026-11-01' },
  ].map((each) => schema.safeParse({ ...others, ...each }).error?.issues ?? []);
  // One of the two has the type that it takes, and is rejected for its order alone.
  expect(ends.map((issues) => issues.map(({ path }) => path.join('.')))).toContainEqual(['from', 'to']);
});
