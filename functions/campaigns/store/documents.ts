import type { Item, Key, Table } from '#shared/table.ts';

/** In UTF-16 units of JSON: even if each took three bytes, a part stays below DynamoDB's 400 KB an item. */
const partLength = 120_000;

/**
 * Values that may exceed an item of DynamoDB (400 KB), as JSON in parts below a key. A value is written under a key of
 * its own and never changed: whoever points to it sees all of it or none.
 */
export interface DocumentStore {
  /** Writes the value; the number of its parts. @param type of its items, for the stream */
  put(key: Key, type: string, value: unknown): Promise<number>;
  /** The value that was written below the key in so many parts. @throws Error when a part is missing */
  get(key: Key, parts: number): Promise<unknown>;
  delete(key: Key, parts: number): Promise<void>;
}

const partKey = ({ pk, sk }: Key, part: number): Key => ({ pk, sk: `${sk}#${String(part).padStart(3, '0')}` });

/** Where the part from there on ends: not within a surrogate pair, whose halves do not survive UTF-8. */
const endOfPart = (json: string, from: number): number => {
  const end = from + partLength;
  const isWithinPair = end < json.length && /[\uDC00-\uDFFF]/.test(json.charAt(end));
  return isWithinPair ? end - 1 : end;
};

export const documentStore = (table: Table): DocumentStore => ({
  async put(key, type, value) {
    const json = JSON.stringify(value);
    const items: (Item & Key)[] = [];
    for (let from = 0; from < json.length;) {
      const until = endOfPart(json, from);
      items.push({ ...partKey(key, items.length), type, workspaceId: key.pk, json: json.slice(from, until) });
      from = until;
    }
    await table.putAll(items);
    return items.length;
  },
  async get(key, parts) {
    const keys = Array.from({ length: parts }, (_, part) => partKey(key, part));
    const found = new Map((await table.getAll(keys)).map(({ sk, json }) => [sk, json]));
    const texts = keys.map(({ sk }) => found.get(sk));
    if (texts.some((text) => typeof text !== 'string')) throw new Error(`${key.sk} lacks a part`);
    return JSON.parse(texts.join('')) as unknown;
  },
  async delete(key, parts) {
    for (let part = 0; part < parts; part += 1) await table.delete(partKey(key, part));
  },
});
