import type { Item, Key, Table } from '#shared/table.ts';

/** The size of a value in bytes, as DynamoDB counts it (AWS: DynamoDB item sizes and formats). */
const sizeOf = (value: unknown): number => {
  if (value === undefined) return 0;
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return Math.ceil(String(Math.abs(value)).length / 2) + 2;
  if (value instanceof Uint8Array) return value.byteLength;
  if (value === null || typeof value === 'boolean') return 1;
  if (Array.isArray(value)) return 3 + value.reduce<number>((sum, each) => sum + 1 + sizeOf(each), 0);
  return 3 + Object.entries(value).reduce((sum, [name, each]) => sum + 1 + Buffer.byteLength(name) + sizeOf(each), 0);
};

/** The size of an item in bytes. */
export const bytesOf = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);

/** The write units of an item: one per started KB. */
const unitsOf = (item: Item): number => Math.ceil(bytesOf(item) / 1024);

/**
 * Counts in `units` the write units of a table, by the type of the item. A keys-only index costs one more for an item
 * that is new in it (AWS: DynamoDB read and write operations).
 */
export const countingTable = (table: Table, units: Map<string, number>): Table => {
  const count = (item: Item, more = 0): void => {
    const kind = String(item.type);
    units.set(kind, (units.get(kind) ?? 0) + unitsOf(item) + more);
  };
  const indexed = (item: Item) => Object.keys(item).filter((name) => name !== 'pk' && name.endsWith('Pk')).length;
  return {
    ...table,
    async put(item, condition) {
      const isWritten = await table.put(item, condition);
      // A write that fails its condition is billed too.
      count(item, isWritten ? indexed(item) : 0);
      return isWritten;
    },
    async update(key, update) {
      const after = await table.update(key, update);
      count(after ?? {});
      return after;
    },
    async delete(key: Key) {
      const item = await table.get(key);
      if (item) count(item, indexed(item));
      await table.delete(key);
    },
    // A transaction costs twice as much (AWS: DynamoDB read and write operations).
    async transact(writes) {
      const isWritten = await table.transact(writes);
      for (const write of writes) {
        if (!('put' in write)) continue;
        count(write.put, isWritten ? indexed(write.put) : 0);
        count(write.put);
      }
      return isWritten;
    },
    putAll: async () => {
      throw new Error('Batches of writes are not counted here');
    },
  };
};
