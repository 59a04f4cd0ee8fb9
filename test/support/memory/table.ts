import { isDeepStrictEqual } from 'node:util';
import type { Change } from '#shared/lambda/stream.ts';
import { decodeCursor, encodeCursor } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import { type Bindings, meets, updated } from './expressions.ts';

type Query = Parameters<Table['queryAll']>[0];

const keyText = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

/**
 * A table in memory that takes the very requests of our stores: keys, conditions, transactions, indexes and pages. Its
 * writes come out as its stream would tell them. `pause` is waited for before each write, so that a test can let others
 * write first.
 */
export const memoryTable = (now: Clock, changes: Change[] = [], pause: () => Promise<void> = async () => undefined) => {
  const items = new Map<string, Item>();
  const alive = (item: Item): boolean => !(typeof item.ttl === 'number' && item.ttl <= now().getTime() / 1000);
  const find = (key: Key): Item | undefined => items.get(keyText({ ...key }));

  const write = (key: Key, after: Item | undefined): void => {
    const before = find(key);
    // What is kept is a copy, in the form that JSON gives it: no undefined.
    const copy = after && (JSON.parse(JSON.stringify(after)) as Item);
    if (copy) items.set(keyText({ ...key }), copy);
    else items.delete(keyText({ ...key }));
    // The stream leaves out deletions, and what has no version (infra/constructs/context-stack.ts).
    if (copy && 'version' in copy && !isDeepStrictEqual(before, copy)) changes.push({ before, after: copy });
  };
  const allows = (key: Key, condition: (Bindings & { ConditionExpression?: string | undefined }) | undefined) =>
    meets(find(key) ?? {}, condition?.ConditionExpression, condition ?? {});
  const change = (key: Key, update: Parameters<Table['update']>[1]): Item => {
    const after = { ...updated(find(key) ?? { ...key }, update.UpdateExpression ?? '', update), ...key };
    write(key, after);
    return after;
  };

  const select = ({ IndexName, KeyConditionExpression, ScanIndexForward, ...bindings }: Query): Item[] => {
    const sk = IndexName === undefined ? 'sk' : `${IndexName}Sk`;
    const found = [...items.values()].filter((item) => sk in item && meets(item, KeyConditionExpression, bindings));
    const order = (item: Item) => `${String(item[sk])}\u0000${keyText(item)}`;
    found.sort((one, other) => (order(one) < order(other) ? -1 : 1));
    return ScanIndexForward === false ? found.reverse() : found;
  };
  const copies = (found: readonly Item[]): Item[] => structuredClone(found.filter(alive));

  const table: Table = {
    name: 'memory',
    client: new Proxy({} as Table['client'], {
      get: () => {
        throw new Error('A table in memory has no client');
      },
    }),
    now,
    get: async (key) => {
      const item = find(key);
      return item && alive(item) ? structuredClone(item) : undefined;
    },
    getAll: async (keys) =>
      keys.flatMap((key) => {
        const item = find(key);
        return item && alive(item) ? [structuredClone(item)] : [];
      }),
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
      return allows(key, update) ? structuredClone(change(key, update)) : undefined;
    },
    delete: async (key) => {
      write(key, undefined);
    },
    transact: async (writes) => {
      await pause();
      const keys = writes.map((each) =>
        'put' in each ? each.put : 'update' in each ? each.update : 'check' in each ? each.check : each.delete,
      );
      if (new Set(keys.map((key) => keyText({ ...key }))).size < keys.length) throw new Error('One item, two writes');
      const isAllowed = writes.every((each) => {
        if ('put' in each) return allows(each.put, each.condition);
        if ('update' in each) return allows(each.update, each.with);
        if ('check' in each) return allows(each.check, each.condition);
        return allows(each.delete, each.condition);
      });
      if (!isAllowed) return false;
      for (const each of writes) {
        if ('put' in each) write({ pk: each.put.pk, sk: each.put.sk }, each.put);
        else if ('update' in each) change(each.update, each.with);
        else if ('delete' in each) write(each.delete, undefined);
      }
      return true;
    },
    queryAll: async (query) => copies(select(query)),
    queryFirst: async (query, limit) => copies(select(query).slice(0, limit)),
    queryPage: async <T>(
      query: Query,
      { limit, cursor, scope }: PageRequest,
      accept: (item: Item) => T | undefined,
    ) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor, scope).after;
      const all = select(query);
      const from = after === undefined ? 0 : all.findIndex((item) => keyText(item) === after) + 1;
      const passed = copies(all.slice(from)).flatMap((item) => {
        const value = accept(item);
        return value === undefined ? [] : [{ value, key: keyText(item) }];
      });
      const page = passed.slice(0, limit);
      const nextCursor = passed.length > limit ? encodeCursor({ after: page.at(-1)?.key ?? '' }, scope) : null;
      return { items: page.map(({ value }) => value), nextCursor };
    },
  };
  return { table, items, changes };
};
