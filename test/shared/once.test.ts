import { expect, test } from 'vitest';
import { once } from '#shared/once.ts';

test('the function runs once, on the first call, even when calls are concurrent', async () => {
  let runs = 0;
  const get = once(async () => (runs += 1));
  expect(runs).toBe(0);
  expect(await Promise.all([get(), get()])).toEqual([1, 1]);
  expect(await get()).toBe(1);
});

test('a failure is not cached: the next call runs the function again', async () => {
  let runs = 0;
  const get = once(async () => {
    runs += 1;
    if (runs === 1) throw new Error('not yet');
    return runs;
  });
  await expect(get()).rejects.toThrow('not yet');
  expect(await get()).toBe(2);
});
