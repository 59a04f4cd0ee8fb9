import { describe, expect, test } from 'vitest';
import { likenessStore } from '../../../../functions/posts/store/likenesses.ts';
import { spendingStore } from '../../../../functions/posts/store/spending.ts';
import { openTable, type Item, type Table } from '../../../../shared/dynamo.ts';
import { noon, workspaceId } from '../sample.ts';

const day = 86_400;

/** A table that keeps what is put and finds it by the beginning of its sort key, the last first. */
const table = (): Table & { items: Item[]; limits: number[] } => {
  const items: Item[] = [];
  const limits: number[] = [];
  return {
    ...openTable('posts', () => noon),
    items,
    limits,
    putAll: async (all) => void items.push(...all),
    queryFirst: async ({ ExpressionAttributeValues: asked = {}, ScanIndexForward }, limit) => {
      limits.push(limit);
      const found = items
        .filter(({ pk, sk }) => pk === asked[':workspace'] && String(sk).startsWith(String(asked[':key'])))
        .sort((one, other) => (String(one.sk) < String(other.sk) ? -1 : 1));
      return (ScanIndexForward === false ? found.reverse() : found).slice(0, limit);
    },
  };
};

describe('posts that say the same', () => {
  test('are found under any of their keys, each once, the newest first, within the workspace', async () => {
    const kept = table();
    const store = likenessStore(kept);
    await store.keep(workspaceId, 'pst_1', ['a', 'b']);
    await store.keep(workspaceId, 'pst_2', ['a', 'b']);
    await store.keep('wsp_2', 'pst_3', ['a']);
    expect(await store.find(workspaceId, ['a', 'b'])).toEqual(['pst_2', 'pst_1']);
    expect(await store.find(workspaceId, ['aa', ''])).toEqual([]);
    expect(kept.limits).toEqual([20, 20, 20, 20]);
  });

  test('wake nobody up, and are forgotten when no post can go out with them any more', async () => {
    const kept = table();
    await likenessStore(kept).keep(workspaceId, 'pst_1', ['a']);
    // The stream tells of what has a version alone.
    expect(kept.items).toEqual([
      {
        pk: workspaceId,
        sk: 'LIKE#a#pst_1',
        type: 'likeness',
        postId: 'pst_1',
        ttl: noon.getTime() / 1000 + 395 * day,
      },
    ]);
  });
});

test('what a month cost is kept for a quarter of a year, and only moves forward', async () => {
  const put: unknown[] = [];
  const store = spendingStore({ ...table(), put: async (...given) => put.push(given) > 0 });
  await store.learn(workspaceId, 3, { month: '2026-11', spentMicros: 5, asOf: noon.toISOString() });
  expect(put[0]).toMatchObject([
    {
      pk: workspaceId,
      sk: 'SPENDING#2026-11',
      spentMicros: 5,
      entityVersion: 3,
      ttl: noon.getTime() / 1000 + 90 * day,
    },
    { ConditionExpression: 'attribute_not_exists(entityVersion) OR entityVersion < :entityVersion' },
  ]);
});
