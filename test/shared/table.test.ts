import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { entityWriter, firstVersion, newerThan, nextVersion, stillAt } from '#shared/entities.ts';
import type { Entity } from '#shared/entity.ts';
import { encodeCursor } from '#shared/page.ts';
import { isNew, type Item } from '#shared/table.ts';
import { owner } from '../support/http-event.ts';
import { cancelled, noon, refused, tableThatHears, throttled, tooLarge } from './table-that-hears.ts';

const author = { actor: { type: 'person' as const, id: owner.personId }, correlationId: 'correlation-1' };
const key = { pk: 'p', sk: 's' };

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an item', () => {
  const found = (item: Item) => ({ Item: marshall({ ...key, ...item }) });
  const noonSeconds = noon.getTime() / 1000;

  test('is read with strong consistency, or is undefined when there is none', async () => {
    const { table, asked } = tableThatHears(found({ name: 'A' }), {});
    expect(await table.get(key)).toEqual({ ...key, name: 'A' });
    expect(await table.get(key)).toBeUndefined();
    expect(asked[0]).toMatchObject({ operation: 'GetItem', input: { TableName: 'things', ConsistentRead: true } });
  });

  test('is read in one batch with all others requested at the same time, each key once', async () => {
    const keyed = (sk: string) => ({ pk: 'p', sk });
    const { table, asked } = tableThatHears({
      Responses: { things: [marshall({ ...keyed('c'), n: 3 }), marshall({ ...keyed('a'), n: 1 })] },
    });
    const a = table.get(keyed('a'));
    const c = Promise.resolve('c').then(async (sk) => table.get(keyed(sk))); // waits only for a resolved promise
    const read = await Promise.all([a, table.get(keyed('b')), c, table.get(keyed('a'))]);
    expect(read.map((item) => item?.n)).toEqual([1, undefined, 3, 1]);
    const Keys = ['a', 'b', 'c'].map((sk) => marshall(keyed(sk)));
    expect(asked).toEqual([
      { operation: 'BatchGetItem', input: { RequestItems: { things: { Keys, ConsistentRead: true } } } },
    ]);
  });

  test('that DynamoDB leaves unprocessed in a batch is read alone, and fails alone', async () => {
    const keyed = (sk: string) => ({ pk: 'p', sk });
    const unread = { things: { Keys: [marshall(keyed('b')), marshall(keyed('c'))] } };
    const { table, asked } = tableThatHears(
      {
        Responses: { things: [marshall({ ...keyed('a'), ttl: noonSeconds }), marshall({ ...keyed('d'), n: 4 })] },
        UnprocessedKeys: unread,
      },
      found({ n: 2 }),
      throttled,
    );
    const read = await Promise.allSettled(['a', 'b', 'c', 'd'].map((sk) => table.get(keyed(sk))));
    expect(read).toMatchObject([
      { status: 'fulfilled', value: undefined },
      { status: 'fulfilled', value: { n: 2 } },
      { status: 'rejected', reason: { name: 'ThrottlingException' } },
      { status: 'fulfilled', value: { n: 4 } },
    ]);
    expect(asked.map(({ operation }) => operation)).toEqual(['BatchGetItem', 'GetItem', 'GetItem']);
  });

  test('whose time to live is over counts as missing even if DynamoDB still returns it', async () => {
    const { table } = tableThatHears(found({ ttl: noonSeconds + 1 }), found({ ttl: noonSeconds }), found({ ttl: 'x' }));
    expect(await table.get(key)).toMatchObject({ ttl: noonSeconds + 1 });
    expect(await table.get(key)).toBeUndefined();
    expect(await table.get(key)).toMatchObject({ ttl: 'x' });
  });
});

describe('a write', () => {
  test('returns whether its condition held', async () => {
    const { table, asked } = tableThatHears({}, refused);
    expect(await table.put({ ...key, name: undefined }, isNew)).toBe(true);
    expect(await table.put(key, isNew)).toBe(false);
    expect(asked[0]).toEqual({
      operation: 'PutItem',
      input: { TableName: 'things', Item: marshall(key), ConditionExpression: 'attribute_not_exists(pk)' },
    });
  });

  test('that updates an item returns the new state, or undefined when its condition fails', async () => {
    const { table } = tableThatHears({ Attributes: marshall({ ...key, n: 2 }) }, refused);
    const change = { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 2 } };
    expect(await table.update(key, change)).toEqual({ ...key, n: 2 });
    expect(await table.update(key, change)).toBeUndefined();
  });

  test('of an item that is too large is rejected with item_too_large, whatever the request', async () => {
    const updated = 'Item size to update has exceeded the maximum allowed size';
    const inTransaction = {
      ...cancelled(),
      more: { CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError', Message: updated }] },
    };
    const { table } = tableThatHears(
      tooLarge(),
      tooLarge(updated),
      tooLarge(),
      inTransaction,
      tooLarge('Another fault'),
    );
    const change = { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 2 } };
    const said = { kind: 'unprocessable', code: 'item_too_large' };
    await expect(table.put(key)).rejects.toMatchObject(said);
    await expect(table.update(key, change)).rejects.toMatchObject(said);
    await expect(table.putAll([key])).rejects.toMatchObject(said);
    await expect(table.transact([{ put: key }, { update: { ...key, sk: 't' }, with: change }])).rejects.toMatchObject(
      said,
    );
    await expect(table.put(key)).rejects.toThrow('Another fault');
  });

  test('of many items is sent in batches of 25, and retries unprocessed items until it gives up', async () => {
    const items = Array.from({ length: 30 }, (_, n) => ({ pk: 'p', sk: `s${n}` }));
    const put = (item: Item) => ({ PutRequest: { Item: marshall(item) } });
    const left = { UnprocessedItems: { things: [put({ pk: 'p', sk: 's3' })] } };
    const { table, asked } = tableThatHears(left, {});
    await table.putAll(items);
    expect(asked.map(({ operation }) => operation)).toEqual(['BatchWriteItem', 'BatchWriteItem']);
    expect(asked[0]?.input).toEqual({ RequestItems: { things: items.slice(0, 25).map(put) } });
    expect(asked[1]?.input).toEqual({ RequestItems: { things: [items[3] ?? {}, ...items.slice(25)].map(put) } });
    await expect(
      tableThatHears(...Array.from({ length: 8 }, () => left)).table.putAll(items.slice(3, 4)),
    ).rejects.toThrow('undone');
  });

  test.each([throttled, { status: 500, error: 'InternalServerError' }, { status: 400, error: 'ValidationException' }])(
    'that fails for another reason throws: $error',
    async (reply) => {
      await expect(tableThatHears(reply).table.put(key, isNew)).rejects.toThrow();
      await expect(tableThatHears(reply).table.update(key, {})).rejects.toThrow();
      await expect(tableThatHears(reply).table.delete(key)).rejects.toThrow();
    },
  );
});

describe('a transaction', () => {
  const writes = [
    { put: { ...key, name: 'A' }, condition: isNew },
    { update: key, with: { UpdateExpression: 'SET n = :n', ExpressionAttributeValues: { ':n': 1 } } },
    { delete: key },
  ];

  test('is sent in one request', async () => {
    const { table, asked } = tableThatHears({});
    expect(await table.transact(writes)).toBe(true);
    expect(asked).toMatchObject([
      {
        operation: 'TransactWriteItems',
        input: {
          TransactItems: [
            { Put: { TableName: 'things', ConditionExpression: 'attribute_not_exists(pk)' } },
            { Update: { TableName: 'things', Key: marshall(key), UpdateExpression: 'SET n = :n' } },
            { Delete: { TableName: 'things', Key: marshall(key) } },
          ],
        },
      },
    ]);
  });

  test('returns false without a retry when a condition fails', async () => {
    const { table, asked } = tableThatHears(cancelled('None', 'ConditionalCheckFailed', 'TransactionConflict'));
    expect(await table.transact(writes)).toBe(false);
    expect(asked).toHaveLength(1);
  });

  test('is retried on a conflict with another and throws if conflicts go on, and so does a single write', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const conflict = cancelled('TransactionConflict', 'None', 'None');
    expect(await tableThatHears(conflict, conflict, {}).table.transact(writes)).toBe(true);
    const always = tableThatHears(...Array<typeof conflict>(9).fill(conflict));
    await expect(always.table.transact(writes)).rejects.toThrow(
      expect.objectContaining({ name: 'TransactionCanceledException' }),
    );
    expect(always.asked).toHaveLength(6);
    const met = { status: 400, error: 'TransactionConflictException' };
    expect(await tableThatHears(met, {}).table.put(key)).toBe(true);
    const alwaysMet = tableThatHears(...Array<typeof met>(9).fill(met));
    await expect(alwaysMet.table.put(key)).rejects.toThrow(expect.objectContaining({ name: met.error }));
    expect(alwaysMet.asked).toHaveLength(6);
  });

  test.each([cancelled('ThrottlingError', 'None', 'None'), throttled])(
    'throws when it fails for another reason',
    async (reply) => {
      await expect(tableThatHears(reply).table.transact(writes)).rejects.toThrow();
    },
  );
});

describe('a query', () => {
  const item = (n: number, more: Item = {}) => ({ pk: 'p', sk: `s${n}`, byTimePk: 'p', byTimeSk: `t${n}`, n, ...more });
  const page = (items: Item[], last?: Item) => ({
    Items: items.map((each) => marshall(each)),
    ...(last && { LastEvaluatedKey: marshall(last) }),
  });
  const query = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': 'p' } };
  const scope = { operation: 'list' };
  const numbers = (each: Item) => Number(each.n);
  const odd = (each: Item) => (Number(each.n) % 2 === 1 ? Number(each.n) : undefined);
  const expired = { ttl: noon.getTime() / 1000 };

  test('for all items reads every page and omits expired items', async () => {
    const { table, asked } = tableThatHears(page([item(1), item(2, expired)], key), page([], key), page([item(3)]));
    expect((await table.queryAll(query)).map(numbers)).toEqual([1, 3]);
    expect(asked.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, marshall(key), marshall(key)]);
  });

  test('for the first items reads on past expired ones', async () => {
    const { table, asked } = tableThatHears(
      page([item(1, expired), item(2, expired)], key),
      page([item(3), item(4)], key),
    );
    expect((await table.queryFirst(query, 2)).map(numbers)).toEqual([3, 4]);
    expect(asked.map(({ input }) => input.ExclusiveStartKey)).toEqual([undefined, marshall(key)]);
    expect(asked[0]?.input).toMatchObject({ Limit: 2 });
    const one = tableThatHears(page([item(1, expired), item(2)], key), page([item(3), item(4)], key));
    expect((await one.table.queryFirst(query, 2)).map(numbers)).toEqual([2, 3]);
  });

  test('for a page requests one item more to learn whether it is the last page', async () => {
    const last = await tableThatHears(page([item(1), item(2)])).table.queryPage(query, { limit: 2, scope }, numbers);
    expect(last).toEqual({ items: [1, 2], nextCursor: null });
    const first = tableThatHears(page([item(1), item(2), item(3)]));
    expect(await first.table.queryPage(query, { limit: 2, scope }, numbers)).toEqual({
      items: [1, 2],
      nextCursor: encodeCursor({ pk: 'p', sk: 's2' }, scope),
    });
    expect(first.asked[0]?.input).toMatchObject({ Limit: 3 });
  });

  test('continues after the last returned item, with the keys of its index', async () => {
    const byTime = { ...query, IndexName: 'byTime' };
    const first = tableThatHears(page([item(1), item(2)]));
    const { nextCursor } = await first.table.queryPage(byTime, { limit: 1, scope }, numbers);
    const second = tableThatHears(page([item(2)]));
    const given = { limit: 1, scope, cursor: nextCursor ?? undefined };
    expect(await second.table.queryPage(byTime, given, numbers)).toEqual({ items: [2], nextCursor: null });
    expect(second.asked[0]?.input.ExclusiveStartKey).toEqual(
      marshall({ pk: 'p', sk: 's1', byTimePk: 'p', byTimeSk: 't1' }),
    );
  });

  describe('on a keys-only index', () => {
    const keysOf = ({ pk, sk, byTimePk, byTimeSk }: ReturnType<typeof item>) => ({ pk, sk, byTimePk, byTimeSk });
    const found = (...items: ReturnType<typeof item>[]) => page(items.map(keysOf));
    const batch = (items: Item[], unread: Item[] = []) => ({
      Responses: { things: items.map((each) => marshall(each)) },
      UnprocessedKeys: unread.length === 0 ? {} : { things: { Keys: unread.map((each) => marshall(each)) } },
    });
    const byTime = { ...query, IndexName: 'byTime', keysOnly: true } as const;
    const keyOf = (n: number) => ({ pk: 'p', sk: `s${n}` });

    test('reads the current items in the order of the index and omits deleted ones', async () => {
      const { table, asked } = tableThatHears(found(item(1), item(2), item(3)), batch([item(3, { n: 30 }), item(1)]));
      expect((await table.queryAll(byTime)).map(numbers)).toEqual([1, 30]);
      expect(asked.map(({ operation }) => operation)).toEqual(['Query', 'BatchGetItem']);
      expect(asked[0]?.input).not.toHaveProperty('keysOnly');
      expect(asked[1]?.input).toMatchObject({
        RequestItems: { things: { ConsistentRead: true, Keys: [1, 2, 3].map((n) => marshall(keyOf(n))) } },
      });
    });

    test('of given keys reads a hundred at a time and omits missing and expired items', async () => {
      const over = { ...item(2), ttl: 1 };
      const { table, asked } = tableThatHears(batch([item(1), over], []), batch([item(101)], []));
      const keys = Array.from({ length: 102 }, (_, place) => keyOf(place));
      expect((await table.getAll(keys)).map(numbers)).toEqual([1, 101]);
      expect(asked.map(({ operation }) => operation)).toEqual(['BatchGetItem', 'BatchGetItem']);
      expect(asked[1]?.input).toMatchObject({
        RequestItems: { things: { ConsistentRead: true, Keys: [100, 101].map((n) => marshall(keyOf(n))) } },
      });
    });

    test('reads again what DynamoDB left unprocessed', async () => {
      const again = { Item: marshall(item(2)) };
      const { table, asked } = tableThatHears(found(item(1), item(2)), batch([item(1)], [keyOf(2)]), again);
      expect((await table.queryAll(byTime)).map(numbers)).toEqual([1, 2]);
      expect(asked[2]).toMatchObject({ operation: 'GetItem', input: { Key: marshall(keyOf(2)) } });
    });

    test('has a cursor with the keys of the index', async () => {
      const { table } = tableThatHears(found(item(1), item(2)), batch([item(1), item(2)]));
      expect(await table.queryPage(byTime, { limit: 1, scope }, numbers)).toEqual({
        items: [1],
        nextCursor: encodeCursor({ pk: 'p', sk: 's1', byTimePk: 'p', byTimeSk: 't1' }, scope),
      });
    });
  });

  test('fills a page past unwanted and expired items', async () => {
    const { table } = tableThatHears(
      page([item(1), item(2), item(4)], key),
      page([item(5, expired), item(7), item(9)]),
    );
    expect(await table.queryPage(query, { limit: 2, scope }, odd)).toEqual({
      items: [1, 7],
      nextCursor: encodeCursor({ pk: 'p', sk: 's7' }, scope),
    });
  });

  test("refuses another query's cursor with invalid_cursor, without a request", async () => {
    const { table, asked } = tableThatHears();
    const cursor = encodeCursor(key, { operation: 'other' });
    await expect(table.queryPage(query, { limit: 1, scope, cursor }, numbers)).rejects.toMatchObject({
      code: 'invalid_cursor',
    });
    expect(asked).toEqual([]);
  });

  test('refuses a made-up cursor whose key DynamoDB does not accept for this query', async () => {
    const { table } = tableThatHears({ status: 400, error: 'ValidationException' });
    const cursor = encodeCursor({ pk: 'someone else', sk: 's1' }, scope);
    await expect(table.queryPage(query, { limit: 1, scope, cursor }, numbers)).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid_cursor',
    });
  });

  test('throws when DynamoDB rejects it although it has no cursor', async () => {
    const { table } = tableThatHears({ status: 400, error: 'ValidationException' });
    await expect(table.queryPage(query, { limit: 1, scope }, numbers)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('an entity', () => {
  const fresh = firstVersion({ workspaceId: owner.workspaceId, name: 'A' }, noon, author);

  test('starts at version 0 and gets version 1 with its first write', () => {
    expect(fresh).toEqual({
      workspaceId: owner.workspaceId,
      name: 'A',
      version: 0,
      createdAt: noon.toISOString(),
      updatedAt: noon.toISOString(),
      changedBy: author.actor,
      correlationId: 'correlation-1',
    });
    const later = new Date(noon.getTime() + 1);
    const other = { actor: { type: 'system' as const, id: 'posts' }, correlationId: 'correlation-2' };
    expect(nextVersion(fresh, later, other)).toEqual({
      ...fresh,
      version: 1,
      updatedAt: later.toISOString(),
      changedBy: other.actor,
      correlationId: 'correlation-2',
    });
  });

  const write = (table: ReturnType<typeof tableThatHears>['table']) =>
    entityWriter(table, (entity: Entity) => ({ ...entity, ...key }));

  test('is written as its next version on condition that its version has not changed since it was read', async () => {
    const { table, asked } = tableThatHears({}, {});
    const first = await write(table)(fresh, author);
    expect(first).toMatchObject({ version: 1, name: 'A' });
    await write(table)(first, author);
    expect(asked.map(({ input }) => input)).toMatchObject([
      { ConditionExpression: 'attribute_not_exists(pk)', Item: { version: { N: '1' } } },
      {
        ConditionExpression: '#version = :readVersion',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':readVersion': { N: '1' } },
        Item: { version: { N: '2' } },
      },
    ]);
  });

  test('is rejected with changed_meanwhile when somebody else wrote it first', async () => {
    const theirs = { Item: marshall({ pk: 'w', sk: 'e', version: 1 }) };
    await expect(write(tableThatHears(refused, theirs).table)(fresh, author)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'changed_meanwhile',
    });
  });

  test('counts as written when its write succeeded but the response was lost', async () => {
    const first = tableThatHears({});
    const written = await write(first.table)(fresh, author);
    const { Item } = z.object({ Item: z.unknown() }).parse(first.asked[0]?.input);
    expect(await write(tableThatHears(refused, { Item }).table)(fresh, author)).toEqual(written);
  });

  test('rethrows any other failure of its write', async () => {
    await expect(write(tableThatHears(throttled).table)(fresh, author)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
  });
});

test('a projection is written only by a newer version, and version 0 only as a new item', () => {
  expect(newerThan(3)).toEqual({
    ConditionExpression: 'attribute_not_exists(entityVersion) OR entityVersion < :entityVersion',
    ExpressionAttributeValues: { ':entityVersion': 3 },
  });
  expect(stillAt(0)).toEqual(isNew);
});
