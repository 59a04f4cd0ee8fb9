import type { Item, Key, Table } from '#shared/table.ts';

/** In UTF-16 code units of JSON; even at three bytes each, a part stays below DynamoDB's 400 KB per item. */
const partLength = 120_000;

/**
 * Stores values that may exceed a DynamoDB item (400 KB), as JSON in parts below a key. Each value has its own key and
 * is never changed, so that readers see all of it or nothing.
 */
export interface DocumentStore {
  /** Writes the value and returns the number of its parts. @param type item type, for the stream */
  put(key: Key, type: string, value: unknown): Promise<number>;
  /** Reads the value with this number of parts below the key. @throws Error if a part is missing */
  get(key: Key, parts: number): Promise<unknown>;
  delete(key: Key, parts: number): Promise<void>;
}

const partKey = ({ pk, sk }: Key, part: number): Key => ({ pk, sk: `${sk}#${String(part).padStart(3, '0')}` });

/** End of the part that starts at `from`, never within a surrogate pair, whose halves do not survive UTF-8. */
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
