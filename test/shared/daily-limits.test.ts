import { expect, test } from 'vitest';
import { dailyLimits } from '#shared/daily-limits.ts';
import { memoryTable } from '../support/memory/table.ts';

const bound = { most: 2, code: 'daily_limit', said: 'Two a day.' };

test('concurrent requests cannot exceed the limit, and each partition, kind and day has its own count', async () => {
  let now = new Date('2026-11-22T00:00:00.000Z');
  const limits = dailyLimits(memoryTable(() => now).table);
  const ask = async (partition = 'wks_1', what = 'EXPORTS') =>
    limits.count(partition, what, bound).then(
      () => 'counted',
      (error: unknown) => error,
    );
  const answers = await Promise.all([ask(), ask(), ask(), ask()]);
  expect(answers.filter((answer) => answer === 'counted')).toHaveLength(2);
  expect(await ask('wks_2')).toBe('counted');
  expect(await ask('wks_1', 'IMPORTS')).toBe('counted');
  now = new Date('2026-11-23T00:00:00.000Z');
  expect(await ask()).toBe('counted');
});

test('a refusal has a Retry-After until the next UTC day begins', async () => {
  const after = async (instant: string) => {
    const limits = dailyLimits(memoryTable(() => new Date(instant)).table);
    const refused = { kind: 'rate-limited', code: 'daily_limit', message: 'Two a day.' };
    await limits.count('wks_1', 'EXPORTS', bound);
    await limits.count('wks_1', 'EXPORTS', bound);
    const error: unknown = await limits.count('wks_1', 'EXPORTS', bound).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject(refused);
    return error;
  };
  expect(await after('2026-11-22T00:00:00.000Z')).toHaveProperty('headers.Retry-After', '86400');
  expect(await after('2026-11-22T23:59:59.001Z')).toHaveProperty('headers.Retry-After', '1');
});

test('one person, or whoever is responsible for a machine, may use a third of the limit, rounded up', async () => {
  const limits = dailyLimits(memoryTable(() => new Date('2026-11-22T00:00:00.000Z')).table);
  const ten = { most: 10, code: 'daily_limit', said: 'Ten a day.' };
  const ask = async (...people: string[]) =>
    limits.count('wks_1', 'EXPORTS', ten, people).then(
      () => 'counted',
      (error: unknown) => (error as Error).message,
    );
  for (let each = 0; each < 4; each += 1) expect(await ask('usr_1')).toBe('counted');
  expect(await ask('usr_1')).toBe(
    'You have used your share of this limit of the workspace: 4 per UTC day. Try again tomorrow.',
  );
  expect(await ask('usr_2', 'usr_1')).toContain('your share');
  for (let each = 0; each < 3; each += 1) expect(await ask('usr_2')).toBe('counted');
  for (let each = 0; each < 3; each += 1) expect(await ask('usr_3')).toBe('counted');
  expect(await ask('usr_4')).toBe('Ten a day.');
});
