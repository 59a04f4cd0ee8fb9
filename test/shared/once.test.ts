import { expect, test } from 'vitest';
import { once } from '#shared/once.ts';

test('it runs at the first call, once, also for calls at the same time', async () => {
  let runs = 0;
  const get = once(async () => (runs += 1));
  expect(runs).toBe(0);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

test('a failure is not kept', async () => {
  let runs = 0;
  const get = once(async () => {
    runs += 1;
    if (runs === 1) throw new Error('not yet');
    return runs;
  });
  await expect(get()).rejects.toThrow('not yet');
  expect(await get()).toBe(2);
});
