import { describe, expect, test } from 'vitest';
import { maxUnderOneKey, similarityStore } from '#functions/posts/store/similarity.ts';
import { spendingStore } from '#functions/posts/store/spending.ts';
import { openTable, type Table } from '#shared/table.ts';
import { memoryTable } from '#test/support/memory/table.ts';
import { noon, workspaceId } from '../samples.ts';

const day = 86_400;
const seconds = noon.getTime() / 1000;

/** The store, with the requests that it made to its table. */
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

describe('similar posts', () => {
  test('are found under any of their keys, each once, newest first, within the workspace', async () => {
    const { store } = open();
    await store.keep(workspaceId, 'pst_1', ['a', 'b']);
    await store.keep(workspaceId, 'pst_2', ['a', 'b']);
    await store.keep('wsp_2', 'pst_3', ['a']);
    expect(await store.find(workspaceId, ['a', 'b'])).toEqual(['pst_2', 'pst_1']);
    expect(await store.find(workspaceId, ['aa', ''])).toEqual([]);
  });

  test('take one read however many keys they have, and writes only for keys that are new', async () => {
    const { store, asked } = open();
    const keys = ['E', ...Array.from({ length: 8 }, (_, band) => `${band}`)];
    await store.keep(workspaceId, 'pst_1', keys);
    await store.keep(workspaceId, 'pst_1', keys);
    await store.keep(workspaceId, 'pst_1', [...keys, 'new']);
    await store.find(workspaceId, keys);
    expect(asked).toEqual(['read 9', ...Array<string>(9).fill('write'), 'read 9', 'read 10', 'write', 'read 9']);
  });

  test('kept concurrently under one key are all found', async () => {
    const { store } = open();
    const ids = Array.from({ length: 20 }, (_, place) => `pst_${String(place).padStart(2, '0')}`);
    await Promise.all(ids.map((id) => store.keep(workspaceId, id, ['a'])));
    expect(await store.find(workspaceId, ['a'])).toEqual(ids.toReversed());
  });

  test('under one key are limited: the newest are found, and at most twice as many are kept', async () => {
    const { store, items } = open();
    const ids = Array.from({ length: 500 }, (_, place) => `pst_${String(place).padStart(3, '0')}`);
    for (const id of ids) await store.keep(workspaceId, id, ['a']);
    expect(await store.find(workspaceId, ['a'])).toEqual(ids.slice(-maxUnderOneKey).reverse());
    const [item = {}] = items.values();
    expect(Object.keys(item).filter((name) => name.startsWith('pst_')).length).toBeLessThanOrEqual(2 * maxUnderOneKey);
  });

  test('have no version, so cause no events, and a time to live that is renewed after a month', async () => {
    let now = noon;
    const { store, items } = open(() => now);
    const ttlOf = () => [...items.values()].map(({ ttl }) => Number(ttl) - seconds);
    await store.keep(workspaceId, 'pst_1', ['a']);
    // Only items with a version cause events.
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

test('the spending of a month is kept for 90 days, and only replaced by a newer version', async () => {
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
