import { describe, expect, test } from 'vitest';
import { maxUnderOneKey, similarityStore } from '#functions/posts/store/similarity.ts';
import { spendingStore } from '#functions/posts/store/spending.ts';
import { openTable, type Table } from '#shared/table.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { noon, workspaceId } from '../samples.ts';

const day = 86_400;
const seconds = noon.getTime() / 1000;

/** The store over a table, and what it asked of it. */
const open = (now = () => noon) => {
  const { table, items } = memoryTable(now);
  const asked: string[] = [];
  const counting: Table = {
    ...table,
    getAll: (keys) => {
      asked.push(`read ${keys.length}`);
      return table.getAll(keys);
    },
    update: (key, update) => {
      asked.push('write');
      return table.update(key, update);
    },
  };
  return { store: similarityStore(counting), items, asked };
};

describe('posts that say the same', () => {
  test('are found under any of their keys, each once, the newest first, within the workspace', async () => {
    const { store } = open();
    await store.keep(workspaceId, 'pst_1', ['a', 'b']);
    await store.keep(workspaceId, 'pst_2', ['a', 'b']);
    await store.keep('wsp_2', 'pst_3', ['a']);
    expect(await store.find(workspaceId, ['a', 'b'])).toEqual(['pst_2', 'pst_1']);
    expect(await store.find(workspaceId, ['aa', ''])).toEqual([]);
  });

  test('are looked up with one read, however many keys they have, and written where they are not known yet', async () => {
    const { store, asked } = open();
    const keys = ['E', ...Array.from({ length: 8 }, (_, band) => `${band}`)];
    await store.keep(workspaceId, 'pst_1', keys);
    await store.keep(workspaceId, 'pst_1', keys);
    await store.keep(workspaceId, 'pst_1', [...keys, 'new']);
    await store.find(workspaceId, keys);
    expect(asked).toEqual(['read 9', ...Array<string>(9).fill('write'), 'read 9', 'read 10', 'write', 'read 9']);
  });

  test('at once all stay under their key', async () => {
    const { store } = open();
    const ids = Array.from({ length: 20 }, (_, place) => `pst_${String(place).padStart(2, '0')}`);
    await Promise.all(ids.map((id) => store.keep(workspaceId, id, ['a'])));
    expect(await store.find(workspaceId, ['a'])).toEqual(ids.toReversed());
  });

  test('without end: the newest are looked at, and at most twice as many are kept', async () => {
    const { store, items } = open();
    const ids = Array.from({ length: 500 }, (_, place) => `pst_${String(place).padStart(3, '0')}`);
    for (const id of ids) await store.keep(workspaceId, id, ['a']);
    expect(await store.find(workspaceId, ['a'])).toEqual(ids.slice(-maxUnderOneKey).reverse());
    const [item = {}] = items.values();
    expect(Object.keys(item).filter((name) => name.startsWith('pst_')).length).toBeLessThanOrEqual(2 * maxUnderOneKey);
  });

  test('wake nobody up, and are forgotten when no post can go out with them any more', async () => {
    let now = noon;
    const { store, items } = open(() => now);
    const ttlOf = () => [...items.values()].map(({ ttl }) => Number(ttl) - seconds);
    await store.keep(workspaceId, 'pst_1', ['a']);
    // The stream tells of what has a version alone.
    expect([...items.values()]).toEqual([
      { pk: workspaceId, sk: 'LIKE#a', type: 'likeness', pst_1: true, ttl: seconds + 395 * day },
    ]);
    now = new Date(noon.getTime() + 29 * day * 1000);
    await store.keep(workspaceId, 'pst_1', ['a']);
    expect(ttlOf()).toEqual([395 * day]);
    now = new Date(noon.getTime() + 31 * day * 1000);
    await store.keep(workspaceId, 'pst_1', ['a']);
    expect(ttlOf()).toEqual([(395 + 31) * day]);
  });
});

test('what a month cost is kept for a quarter of a year, and only moves forward', async () => {
  const put: unknown[] = [];
  const store = spendingStore({ ...openTable('posts', () => noon), put: async (...given) => put.push(given) > 0 });
  await store.learn(workspaceId, 3, { month: '2026-11', spentMicros: 5, asOf: noon.toISOString() });
  expect(put[0]).toMatchObject([
    {
      pk: workspaceId,
      sk: 'SPENDING#2026-11',
      spentMicros: 5,
      entityVersion: 3,
      ttl: seconds + 90 * day,
    },
    { ConditionExpression: 'attribute_not_exists(entityVersion) OR entityVersion < :entityVersion' },
  ]);
});
