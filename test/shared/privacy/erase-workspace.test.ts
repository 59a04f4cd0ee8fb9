import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import type { Key } from '#shared/table.ts';
import { untilErased } from '#test/support/erased.ts';
import { memoryTable } from '#test/support/memory/table.ts';

const now = () => new Date('2026-11-22T12:00:00.000Z');
const one = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const other = 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W';

const planted = async (workspaceId: string, keys: readonly string[]) => {
  const memory = memoryTable(now);
  const erased: Key[] = [];
  const table: typeof memory.table = {
    ...memory.table,
    delete: async (key) => {
      erased.push(key);
      await memory.table.delete(key);
    },
  };
  for (const sk of keys) await table.put({ pk: workspaceId, sk });
  return { table, erased, left: () => [...memory.items.values()].map(({ pk, sk }) => `${String(pk)} ${String(sk)}`) };
};

describe('the items of a workspace', () => {
  test('are all erased in bounded steps, those of another workspace are kept', async () => {
    const keys = Array.from({ length: 1_201 }, (_, place) => `THING#${place}`);
    const { table, left } = await planted(one, keys);
    await table.put({ pk: other, sk: 'THING#1' });
    await table.put({ pk: `${one}#IDEMPOTENCY`, sk: 'createPost#1' });
    await table.put({ pk: `${other}#IDEMPOTENCY`, sk: 'createPost#1' });
    const items = workspaceItems(table);
    expect(await items.erase(one)).toBe('more');
    expect(left().length).toBeGreaterThan(700);
    expect(await untilErased(async () => ({ outcome: await items.erase(one) }))).toBe(4);
    expect(left()).toEqual([`${other} THING#1`, `${other}#IDEMPOTENCY createPost#1`]);
    expect(await items.erase(one)).toBe('done');
  });

  test('are erased in the requested order, except for one to keep', async () => {
    const { table, erased, left } = await planted(one, ['A#1', 'B#1', 'C#1', 'KEPT']);
    const items = workspaceItems(table);
    await untilErased(async () => ({ outcome: await items.erase(one, ['C#', 'B#'], 'KEPT') }));
    expect(erased.map(({ sk }) => sk)).toEqual(['C#1', 'B#1', 'A#1']);
    expect(left()).toEqual([`${one} KEPT`]);
  });

  test('are only in partitions of their workspace: a store that writes elsewhere would be missed', async () => {
    const root = posix.join(import.meta.dirname, '../../..');
    const stores = await Array.fromAsync(
      glob('functions/{accounts,posts,campaigns,analytics}/store/*.ts', { cwd: root }),
    );
    const partitions = stores
      .map((path) => readFileSync(posix.join(root, path), 'utf8'))
      .flatMap((source) => [...source.matchAll(/\bpk: ([^\n,}]+(?:\}`)?)/g)].map(([, value]) => value?.trim()));
    const others = partitions.filter(
      (value) => value !== undefined && !/^((\w+\.)?workspaceId|String\(pk\))$/.test(value),
    );
    expect(partitions.length).toBeGreaterThan(20);
    // `String(pk)` is the key of an item that was read. The claim of an X user is released with the account, and posts
    // ends the short links of a workspace first (`partitionOf`); the others belong to the app and to sweeps.
    expect(new Set(others)).toEqual(new Set(['`XUSER#${xUserId}`', "'APP#X'", "'SWEEP'", 'partitionOf(code)']));
  });
});
