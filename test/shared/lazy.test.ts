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

test('a port is loaded at its first call, once, and answers and fails as itself', async () => {
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

test('a port that could not be loaded is tried again', async () => {
  let loads = 0;
  const late = lazy<Port>(async () => {
    loads += 1;
    if (loads === 1) throw new Error('no such chunk');
    return port;
  });
  await expect(late.double(1)).rejects.toThrow('no such chunk');
  expect(await late.double(1)).toBe(2);
});

test('a port that somebody awaits is the port', async () => {
  const late = lazy<Port>(async () => port);
  expect(await Promise.resolve(late)).toBe(late);
});

test('a port that is loaded late is overridden and not spread: a copy would have no members', async () => {
  const late = lazy<Port>(async () => port);
  expect(() => ({ ...late })).toThrow('see `overriding`');
  const changed = overriding(late, { double: async (number) => number * 20 });
  expect(await changed.double(1)).toBe(20);
  await expect(changed.fail('no')).rejects.toThrow('no');
  expect(await late.double(1)).toBe(2);
});

test('tasks are loaded together when one of them is asked for, and one that is not there is a fault', async () => {
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
