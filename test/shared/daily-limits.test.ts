import { expect, test } from 'vitest';
import { dailyLimits } from '../../shared/daily-limits.ts';
import { memoryTable } from '../support/memory/table.ts';

const bound = { most: 2, code: 'daily_limit', said: 'Two a day.' };

test('of those who ask at once no more than allowed get through; others and other days have their own', async () => {
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

test('a refusal says when the next day begins, in UTC', async () => {
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
