import { expect, test } from 'vitest';
import { lazy, lazyTasks, overriding } from '#shared/lazy.ts';

interface Port {
  double(number: number): Promise<number>;
  fail(reason: string): Promise<never>;
}

const port: Port = {
  double: async (number) => number * 2,
  fail: async (reason) => Promise.reject(new Error(reason)),
};

test('a lazy port is loaded once, on its first call, and then answers and fails like the port itself', async () => {
  let loads = 0;
  const late = lazy<Port>(async () => {
    loads += 1;
    return port;
  });
  expect(loads).toBe(0);
  expect(await Promise.all([late.double(1), late.double(2)])).toEqual([2, 4]);
  await expect(late.fail('no')).rejects.toThrow('no');
  expect(loads).toBe(1);
});

test('a lazy port that failed to load is loaded again by the next call', async () => {
  let loads = 0;
  const late = lazy<Port>(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such chunk');
    return port;
  });
  await expect(late.double(1)).rejects.toThrow('no such chunk');
  expect(await late.double(1)).toBe(2);
});

test('awaiting a lazy port returns that port', async () => {
  const late = lazy<Port>(async () => port);
  expect(await Promise.resolve(late)).toBe(late);
});

test('a lazy port can be overridden but not spread: a copy would have no members', async () => {
  const late = lazy<Port>(async () => port);
  expect(() => ({ ...late })).toThrow('see `overriding`');
  const changed = overriding(late, { double: async (number) => number * 20 });
  expect(await changed.double(1)).toBe(20);
  await expect(changed.fail('no')).rejects.toThrow('no');
  expect(await late.double(1)).toBe(2);
});

test('lazy tasks are loaded together by the first run of one, and running a missing task throws', async () => {
  let loads = 0;
  const origin = { actor: { type: 'system' as const, id: 'posts' }, correlationId: 'c', execution: 'e' };
  const tasks = lazyTasks(['posts.double', 'posts.none'], async () => {
    loads += 1;
    return [{ name: 'posts.double', run: async (input) => Number(input) * 2 }];
  });
  const ask = async (name: string) => tasks.find((each) => each.name === name)?.run(2, origin);
  expect(loads).toBe(0);
  expect([await ask('posts.double'), await ask('posts.double')]).toEqual([4, 4]);
  await expect(ask('posts.none')).rejects.toThrow('Nothing carries out posts.none');
  expect(loads).toBe(1);
});
