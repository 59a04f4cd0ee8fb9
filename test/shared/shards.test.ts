import { expect, test } from 'vitest';
import { newId } from '#shared/ids.ts';
import { shardOf, shards } from '#shared/shards.ts';

test('the shard of an id is stable, and many ids spread over all shards', () => {
  expect(shardOf('pst_01KATJ9V5H8Q3M4N5P6R7S8T9V')).toBe(6);
  const counts = new Map<number, number>();
  for (let made = 0; made < 8_000; made += 1) {
    const shard = shardOf(newId('pst', new Date(made)));
    counts.set(shard, (counts.get(shard) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual(shards);
  expect(Math.min(...counts.values())).toBeGreaterThan(8_000 / shards.length / 2);
});
