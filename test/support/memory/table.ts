import { isDeepStrictEqual } from 'node:util';
import type { Change } from '#shared/lambda/stream.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table, TransactWrite } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import {
  attributesIn,
  type Bindings,
  checkBindings,
  invalidRequest,
  meets,
  projected,
  updated,
} from './expressions.ts';

type Query = Parameters<Table['queryAll']>[0];
type Update = Parameters<Table['update']>[1];
type Conditional = Bindings & { ConditionExpression?: string | undefined };

const keyText = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

/** The most items of one transaction (AWS, "Amazon DynamoDB Transactions: How it works"). */
const maxWritesOfOne = 100;

/** The smallest number that DynamoDB stores, besides 0 (AWS: supported data types, numbers). */
const leastNumber = 1e-130;

/**
 * An item as the document client returns it: without undefined values. Sets stay sets, and none is empty. Refuses
 * numbers that DynamoDB would not store exactly.
 */
const stored = (value: unknown): unknown => {
  if (typeof value === 'number') {
    const size = Math.abs(value);
    if (!(size <= Number.MAX_SAFE_INTEGER)) throw new Error(`Number ${value} is greater than Number.MAX_SAFE_INTEGER`);
    if (size > 0 && size < leastNumber) throw invalidRequest('Number underflow');
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set) {
    if (value.size === 0) throw invalidRequest('An empty set');
    return new Set(value);
  }
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(stored);
  if (Object.getPrototypeOf(value) !== Object.prototype) throw new Error('Unsupported type passed: a class instance');
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, stored(each)]])),
  );
};

/** Items by key, and by partition in the table and its indexes, since a query reads a single partition. */
class Items extends Map<string, Item> {
  readonly #partitions = new Map<string, Set<string>>();

  override set(key: string, item: Item): this {
    this.#leave(key);
    for (const partition of partitionsOf(item)) {
      const keys = this.#partitions.get(partition) ?? new Set();
      this.#partitions.set(partition, keys.add(key));
    }
    return super.set(key, item);
  }

  override delete(key: string): boolean {
    this.#leave(key);
    return super.delete(key);
  }

  override clear(): void {
    this.#partitions.clear();
    super.clear();
  }

  /** The items of a partition. @param name of its key, such as `pk` or `byDuePk` */
  in(name: string, value: unknown): Item[] {
    const keys = this.#partitions.get(partitionOf(name, value)) ?? [];
    return [...keys].flatMap((key): Item[] => {
      const item = this.get(key);
      return item ? [item] : [];
    });
  }

  #leave(key: string): void {
    for (const partition of partitionsOf(this.get(key) ?? {})) this.#partitions.get(partition)?.delete(key);
  }
}

const partitionOf = (name: string, value: unknown): string => JSON.stringify([name, value]);
const partitionsOf = (item: Item): string[] =>
  Object.entries(item).flatMap(([name, value]) => (/^pk$|Pk$/.test(name) ? [partitionOf(name, value)] : []));

/** The key names of the table or of one of its indexes. */
const keyNames = (index: string | undefined): [pk: string, sk: string] =>
  index === undefined ? ['pk', 'sk'] : [`${index}Pk`, `${index}Sk`];

/**
 * An in-memory table for the requests of our stores: keys, conditions, transactions, indexes, filters and pages. Its
 * writes are recorded as in its stream. It awaits `pause` before each write, so that a test can let others write first.
 */
export const memoryTable = (now: Clock, changes: Change[] = [], pause: () => Promise<void> = async () => undefined) => {
  const items = new Items();
  const alive = (item: Item): boolean => !(typeof item.ttl === 'number' && item.ttl <= now().getTime() / 1000);
  const find = (key: Key): Item | undefined => items.get(keyText({ ...key }));

  const write = (key: Key, after: Item | undefined): void => {
    const before = find(key);
    const copy = after && (stored(after) as Item);
    if (copy) items.set(keyText({ ...key }), copy);
    else items.delete(keyText({ ...key }));
    // The stream excludes deletions and items without a version (infra/constructs/context-stack.ts).
    if (copy && 'version' in copy && !isDeepStrictEqual(before, copy)) changes.push({ before, after: copy });
  };
  const allows = (key: Key, condition: Conditional = {}): boolean => {
    checkBindings(condition);
    return meets(find(key) ?? {}, condition.ConditionExpression, condition);
  };
  const change = (key: Key, update: Update): Item => {
    const after = { ...updated(find(key) ?? { ...key }, update.UpdateExpression ?? '', update), ...key };
    write(key, after);
    return after;
  };

  /** The items of the partition that a query reads, in the query's order. */
  const select = (query: Query): Item[] => {
    const { IndexName, KeyConditionExpression = '', ScanIndexForward } = query;
    checkBindings(query);
    const names = keyNames(IndexName);
    // AWS, "Query": the key condition may name only keys; an index excludes items without both of its keys.
    const foreign = attributesIn(KeyConditionExpression, query).find((name) => !names.includes(name));
    if (foreign !== undefined) throw invalidRequest(`Query condition missed key schema element: ${foreign}`);
    const [, partition = ''] = new RegExp(`(?<![#\\w])${names[0]} = (:\\w+)`).exec(KeyConditionExpression) ?? [];
    const values = query.ExpressionAttributeValues ?? {};
    const near = partition in values ? items.in(names[0], values[partition]) : [...items.values()];
    const found = near.filter(
      (item) => names.every((name) => name in item) && meets(item, KeyConditionExpression, query),
    );
    const places = new Map(found.map((item) => [item, placeIn(IndexName, item)]));
    found.sort((one, other) => ((places.get(one) ?? '') < (places.get(other) ?? '') ? -1 : 1));
    return ScanIndexForward === false ? found.reverse() : found;
  };
  const placeIn = (index: string | undefined, item: Item): string =>
    `${String(item[keyNames(index)[1]])}\u0000${keyText(item)}`;
  /** AWS, "Query": a limit applies to what the key condition finds, before the filter. */
  const answered = (found: readonly Item[], query: Query): Item[] =>
    found
      .filter((item) => alive(item) && meets(item, query.FilterExpression, query))
      .map((item) => structuredClone(projected(item, query.ProjectionExpression, query)));

  const keyOf = (write: TransactWrite): Key =>
    'put' in write ? write.put : 'update' in write ? write.update : 'check' in write ? write.check : write.delete;
  const getAll = (keys: readonly Key[]): Item[] =>
    keys.flatMap((key) => {
      const item = find(key);
      return item && alive(item) ? [structuredClone(item)] : [];
    });

  // Every use throws.
  const noClient: unknown = new Proxy(
    {},
    {
      get: () => {
        throw new Error('A table in memory has no client');
      },
    },
  );

  const table: Table = {
    name: 'memory',
    client: noClient as Table['client'],
    now,
    get: async (key) => getAll([key])[0],
    getAll: async (keys) => {
      if (new Set(keys.map((key) => keyText({ ...key }))).size < keys.length) throw invalidRequest('A key twice');
      return getAll(keys);
    },
    put: async (item, condition) => {
      await pause();
      if (!allows(item, condition)) return false;
      write({ pk: item.pk, sk: item.sk }, item);
      return true;
    },
    putAll: async (all) => {
      await pause();
      for (const item of all) write({ pk: item.pk, sk: item.sk }, item);
    },
    update: async (key, update) => {
      await pause();
      if (!allows(key, update)) return undefined;
      const before = find(key);
      const after = change(key, update);
      return structuredClone(update.ReturnValues === 'ALL_OLD' ? (before ?? {}) : after);
    },
    delete: async (key) => {
      write(key, undefined);
    },
    transact: async (writes) => {
      await pause();
      const keys = writes.map(keyOf);
      if (writes.length > maxWritesOfOne) throw invalidRequest('Too many items in one transaction');
      if (new Set(keys.map((key) => keyText({ ...key }))).size < keys.length) {
        throw invalidRequest('Transaction request cannot include multiple operations on one item');
      }
      const isAllowed = writes.every((each) => allows(keyOf(each), 'update' in each ? each.with : each.condition));
      if (!isAllowed) return false;
      for (const each of writes) {
        if ('put' in each) write({ pk: each.put.pk, sk: each.put.sk }, each.put);
        else if ('update' in each) change(each.update, each.with);
        else if ('delete' in each) write(each.delete, undefined);
      }
      return true;
    },
    queryAll: async (query) => answered(select(query), query),
    queryFirst: async (query, limit) => answered(select(query).slice(0, limit), query),
    queryPage: async <T>(
      query: Query,
      { limit, cursor, scope }: PageRequest,
      accept: (item: Item) => T | undefined,
    ) => {
      const { IndexName } = query;
      const isBackwards = query.ScanIndexForward === false;
      const after = cursor === undefined ? undefined : decodeCursor(cursor, scope);
      // A cursor outside the query is refused: it must not reach another tenant.
      if (after && !meets(after, query.KeyConditionExpression, query)) throw invalidCursor();
      const from = after && placeIn(IndexName, after);
      const rest = select(query).filter((item) => {
        if (from === undefined) return true;
        return isBackwards ? placeIn(IndexName, item) < from : placeIn(IndexName, item) > from;
      });
      const page: { value: T; key: Record<string, string> }[] = [];
      for (const item of answered(rest, query)) {
        const value = accept(item);
        if (value === undefined) continue;
        if (page.length === limit) {
          return { items: page.map((each) => each.value), nextCursor: encodeCursor(page.at(-1)?.key ?? {}, scope) };
        }
        const names = ['pk', 'sk', ...(IndexName === undefined ? [] : keyNames(IndexName))];
        page.push({ value, key: Object.fromEntries(names.map((name) => [name, String(item[name])])) });
      }
      return { items: page.map(({ value }) => value), nextCursor: null };
    },
  };
  return { table, items, changes };
};

/** An in-memory table, its items by key, and its writes as in its stream, oldest first. */
export type MemoryTable = ReturnType<typeof memoryTable>;
