import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import DataLoader from 'dataloader';
import { callLimits } from './aws-client.ts';
import { DomainError, errorName } from './errors.ts';
import { decodeCursor, encodeCursor, invalidCursor, type Page, type PageScope } from './page.ts';
import type { Clock } from './time.ts';

export interface Key {
  pk: string;
  sk: string;
}

/** An item as stored. `type` names its kind for the stream; `ttl` is in Unix seconds. */
export type Item = Record<string, unknown>;

/** DynamoDB's input with plain values instead of typed ones. */
type Plain<T> = Omit<T, 'TableName' | 'Key' | 'ExpressionAttributeValues'> & {
  ExpressionAttributeValues?: Item | undefined;
};

export type Condition = Pick<
  Plain<PutItemCommandInput>,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

type Update = Plain<UpdateItemCommandInput>;

type Query = Omit<Plain<QueryCommandInput>, 'Limit' | 'ExclusiveStartKey'> & {
  /** The index has only keys: the items are read from the table, in their current state. */
  keysOnly?: true;
};

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  /** Everything the list was queried by; the cursor is bound to it. */
  scope: PageScope;
}

/** A context's table. The keys of every index are strings and named after it (`byTime`: `byTimePk`, `byTimeSk`). */
export interface Table {
  readonly name: string;
  /** The underlying client, for the idempotency records that Powertools keeps in the same table. */
  client(): Promise<DynamoDBClient>;
  readonly now: Clock;
  /**
   * Reads an item consistently; undefined when it does not exist or its time to live has passed. Concurrent reads are
   * batched into one call.
   */
  get(key: Key): Promise<Item | undefined>;
  /**
   * Reads the existing items of these keys consistently, in their order, batched as by `get`; a repeated key is fetched
   * once.
   */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  /** Writes an item; false when the condition failed. @throws DomainError `item_too_large`, like every write */
  put(item: Item & Key, condition?: Condition): Promise<boolean>;
  /** Updates an item and returns its new state; undefined when the condition failed. */
  update(key: Key, update: Update): Promise<Item | undefined>;
  /** Writes items unconditionally, in no particular order, retrying each until it is written. */
  putAll(items: readonly (Item & Key)[]): Promise<void>;
  delete(key: Key): Promise<void>;
  /** Writes all or nothing; false when a condition failed. Retries when another transaction holds the same items. */
  transact(writes: readonly TransactWrite[]): Promise<boolean>;
  /** Returns every item of the query, page after page; only for queries whose result is bounded. */
  queryAll(query: Query): Promise<Item[]>;
  /** Returns the first items of the query that have not expired, up to a limit. */
  queryFirst(query: Query, limit: number): Promise<Item[]>;
  /** Returns one page of the items that `accept` maps to a value. */
  queryPage<T>(query: Query, page: PageRequest, accept: (item: Item) => T | undefined): Promise<Page<T>>;
}

/** A write of a transaction. `check` writes nothing: it only makes the transaction depend on another item. */
export type TransactWrite =
  | { put: Item & Key; condition?: Condition }
  | { update: Key; with: Update }
  | { delete: Key; condition?: Condition }
  | { check: Key; condition: Condition };

/** The condition of a first write. */
export const isNew: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** DynamoDB's largest batches (AWS: BatchGetItem, BatchWriteItem), and how often unprocessed items are retried. */
const maxReads = 100;

const maxWrites = 25;

const maxAttempts = 8;

/** Sends all items in batches. `send` returns the unprocessed ones, which come first in the next batch. */
const inBatches = async <T>(all: readonly T[], most: number, send: (batch: T[]) => Promise<T[]>): Promise<void> => {
  let waiting = [...all];
  for (let tries = 0; waiting.length > 0; tries += 1) {
    if (tries > 0) await sleep(Math.random() * Math.min(1_000, 25 * 2 ** tries));
    if (tries === maxAttempts) throw new Error('DynamoDB leaves a part of a batch undone');
    const left = await send(waiting.splice(0, most));
    if (left.length === 0) tries = -1;
    waiting = [...left, ...waiting];
  }
};

const isConditionFailure = (error: unknown): boolean => errorName(error) === 'ConditionalCheckFailedException';

/** DynamoDB's message for an item over 400 KB, from PutItem and UpdateItem (AWS: DynamoDB quotas). */
const tooLargeForAnItem = /^Item size (?:to update )?has exceeded the maximum allowed size/;

const isTooLarge = (error: unknown): boolean =>
  (errorName(error) === 'ValidationException' && error instanceof Error && tooLargeForAnItem.test(error.message)) ||
  reasonsOf(error).some(({ Code, Message = '' }) => Code === 'ValidationError' && tooLargeForAnItem.test(Message));

/**
 * Awaits a write and translates DynamoDB's error for an item that is too large. @throws DomainError `item_too_large`
 */
const sized = async <T>(write: Promise<T>): Promise<T> => {
  try {
    return await write;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const said = 'The stored content would exceed 400 KB. Shorten it.';
    throw new DomainError('unprocessable', 'item_too_large', said, { cause: error });
  }
};

/** Maximum number of attempts of a write that conflicts with other transactions. */
const maxMeetings = 6;

/** Retries a request that conflicts with another transaction; DynamoDB rejects it rather than let it wait. */
const pastOthers = async <T>(send: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await send();
    } catch (error) {
      const isMeeting =
        errorName(error) === 'TransactionConflictException' || isCancelledBy(error, 'TransactionConflict');
      const isDecided = isCancelledBy(error, 'ConditionalCheckFailed');
      if (tries === maxMeetings || !isMeeting || isDecided) throw error;
      await sleep(Math.random() * 100 * tries);
    }
  }
};

/**
 * Opens a context's table. DynamoDB deletes expired items late (AWS: within days), so they are treated as deleted here.
 */
export const openTable = (name: string, now: Clock, config?: DynamoDBClientConfig): Table => {
  // Resolves the middleware once per command type; a document client would do so twice for every call.
  const client = new DynamoDBClient({ ...callLimits(), cacheMiddleware: true, ...config });
  // It walks each request and response to redact secrets, for a log that nobody writes.
  client.middlewareStack.remove('loggerMiddleware');
  const alive = (item: Item | undefined): Item | undefined =>
    item && typeof item.ttl === 'number' && item.ttl <= now().getTime() / 1000 ? undefined : item;

  const refusable = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await sized(pastOthers(write));
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  };

  const readOne = async (key: Key): Promise<Item | undefined> => {
    const { Item: found } = await client.send(
      new GetItemCommand({ TableName: name, Key: marshall(key), ConsistentRead: true }),
    );
    return found && unmarshall(found);
  };

  /**
   * Batches concurrent reads into one call at the same price: in a new process each call takes milliseconds of CPU.
   * Keys that DynamoDB leaves unprocessed, in a throttled partition, are read one by one, so that the others neither
   * wait nor fail.
   */
  const reads = new DataLoader<Key, Item | undefined | Promise<Item | undefined>>(
    async (keys) => {
      const asked = [...new Map(keys.map((key) => [idOf(key), key])).values()];
      const [first] = asked;
      if (asked.length === 1 && first) {
        const item = await readOne(first);
        return keys.map(() => item);
      }
      const Keys = asked.map((key) => marshall(key));
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true } } }),
      );
      const items = new Map(plainItems(Responses?.[name]).map((item) => [idOf(item), item]));
      const unread = new Set(plainItems(UnprocessedKeys?.[name]?.Keys).map(idOf));
      return keys.map((key) => (unread.has(idOf(key)) ? readOne(key) : items.get(idOf(key))));
    },
    { cache: false, maxBatchSize: maxReads },
  );
  const read = async ({ pk, sk }: Item | Key): Promise<Item | undefined> =>
    reads.load({ pk: String(pk), sk: String(sk) });

  /** Reads the items that a keys-only index found, in its order; those deleted meanwhile are left out. */
  const whole = async (found: readonly Item[], keysOnly: true | undefined): Promise<Item[]> => {
    if (keysOnly === undefined) return [...found];
    const items = await Promise.all(found.map(read));
    // The cursor continues from the index's keys as found.
    return found.flatMap((keys, place) => (items[place] ? [{ ...items[place], ...keys }] : []));
  };

  return {
    name,
    now,
    client: async () => client,
    async get(key) {
      return alive(await read(key));
    },
    async getAll(keys) {
      const items = await Promise.all(keys.map(read));
      return items.map(alive).filter((item) => item !== undefined);
    },
    async put(item, condition = {}) {
      const put = new PutItemCommand({ TableName: name, Item: typed(item), ...typedValues(condition) });
      const written = await refusable(() => client.send(put));
      return written !== undefined;
    },
    async update(key, update) {
      const command = new UpdateItemCommand({
        ...{ TableName: name, Key: marshall(key), ReturnValues: 'ALL_NEW' },
        ...typedValues(update),
      });
      const written = await refusable(() => client.send(command));
      return written && unmarshall(written.Attributes ?? {});
    },
    async putAll(all) {
      const puts: WriteRequest[] = all.map((item) => ({ PutRequest: { Item: typed(item) } }));
      await inBatches(puts, maxWrites, async (batch) => {
        const command = new BatchWriteItemCommand({ RequestItems: { [name]: batch } });
        const { UnprocessedItems } = await sized(client.send(command));
        return UnprocessedItems?.[name] ?? [];
      });
    },
    async delete(key) {
      await client.send(new DeleteItemCommand({ TableName: name, Key: marshall(key) }));
    },
    async transact(writes) {
      const TransactItems = writes.map((write) => {
        if ('put' in write) {
          return {
            Put: { TableName: name, Item: typed(write.put), ...typedValues(write.condition ?? {}) },
          };
        }
        if ('update' in write) {
          return { Update: { TableName: name, Key: marshall(write.update), ...asUpdate(write.with) } };
        }
        if ('check' in write) {
          return { ConditionCheck: { TableName: name, Key: marshall(write.check), ...asCheck(write.condition) } };
        }
        return {
          Delete: {
            TableName: name,
            Key: marshall(write.delete),
            ...typedValues(write.condition ?? {}),
          },
        };
      });
      try {
        await sized(pastOthers(() => client.send(new TransactWriteItemsCommand({ TransactItems }))));
        return true;
      } catch (error) {
        if (isCancelledBy(error, 'ConditionalCheckFailed')) return false;
        throw error;
      }
    },
    async queryAll({ keysOnly, ...query }) {
      const found: Item[] = [];
      let from: TypedItem | undefined;
      do {
        const page = await client.send(
          new QueryCommand({ ...typedValues(query), TableName: name, ExclusiveStartKey: from }),
        );
        for (const item of await whole(plainItems(page.Items), keysOnly)) if (alive(item)) found.push(item);
        from = page.LastEvaluatedKey;
      } while (from);
      return found;
    },
    async queryFirst({ keysOnly, ...query }, limit) {
      const found: Item[] = [];
      let from: TypedItem | undefined;
      // DynamoDB counts items that have expired, and keys in an index whose items are gone: the next page may have others.
      do {
        const page = await client.send(
          new QueryCommand({ ...typedValues(query), TableName: name, Limit: limit, ExclusiveStartKey: from }),
        );
        found.push(...(await whole(plainItems(page.Items), keysOnly)).filter((item) => alive(item)));
        from = page.LastEvaluatedKey;
      } while (from && found.length < limit);
      return found.slice(0, limit);
    },
    async queryPage({ keysOnly, ...query }, { limit, cursor, scope }, accept) {
      const items = [];
      let from = cursor === undefined ? undefined : marshall(decodeCursor(cursor, scope));
      for (;;) {
        const command = new QueryCommand({
          ...typedValues(query),
          ...{ TableName: name, Limit: limit + 1, ExclusiveStartKey: from },
        });
        const page = await client.send(command).catch((error: unknown) => {
          // A forged key is outside the query; DynamoDB rejects it, so no other tenant is reached.
          const isForged = cursor !== undefined && errorName(error) === 'ValidationException';
          throw isForged ? invalidCursor() : error;
        });
        for (const item of await whole(plainItems(page.Items), keysOnly)) {
          const accepted = alive(item) && accept(item);
          if (!accepted) continue;
          // One item more than requested shows that there is a next page; the cursor is the key of the last one
          // returned.
          if (items.length === limit) return { items: items.map(({ value }) => value), nextCursor: nextOf(items) };
          items.push({ value: accepted, key: keyOf(item, query.IndexName) });
        }
        from = page.LastEvaluatedKey;
        if (!from) return { items: items.map(({ value }) => value), nextCursor: null };
      }
      function nextOf(given: readonly { key: Record<string, string> }[]): string {
        return encodeCursor(given.at(-1)?.key ?? {}, scope);
      }
    },
  };
};

const idOf = ({ pk, sk }: Item | Key): string => `${String(pk)}\n${String(sk)}`;

type TypedItem = Record<string, AttributeValue>;

/** Undefined values are left out. */
const typed = (item: Item): TypedItem => marshall(item, { removeUndefinedValues: true });

const plainItems = (items: readonly TypedItem[] = []): Item[] => items.map((item) => unmarshall(item));

/** Converts the values of a request to DynamoDB's types. */
const typedValues = <T extends object>({
  ExpressionAttributeValues,
  ...request
}: T & Pick<Condition, 'ExpressionAttributeValues'>) => ({
  ...request,
  ...(ExpressionAttributeValues && { ExpressionAttributeValues: typed(ExpressionAttributeValues) }),
});

const asCheck = (condition: Condition) => ({ ConditionExpression: '', ...typedValues(condition) });

const asUpdate = (update: Update) => ({ UpdateExpression: '', ...typedValues(update) });

/** Returns the key that DynamoDB continues from: the table's, and the index's if there is one. */
const keyOf = (item: Item, index: string | undefined): Record<string, string> => {
  const names = ['pk', 'sk', ...(index === undefined ? [] : [`${index}Pk`, `${index}Sk`])];
  return Object.fromEntries(names.map((name) => [name, String(item[name])]));
};

/** Whether a transaction was cancelled by a failed condition, or by a conflict over the same items. */
export const isCancelledBy = (error: unknown, code: 'ConditionalCheckFailed' | 'TransactionConflict'): boolean =>
  reasonsOf(error).some((reason) => reason.Code === code);

interface CancellationReason {
  Code?: string;
  Message?: string;
}

/** Returns why a transaction was cancelled, one reason per write; none for any other error. */
const reasonsOf = (error: unknown): CancellationReason[] =>
  errorName(error) === 'TransactionCanceledException' &&
  error instanceof Error &&
  'CancellationReasons' in error &&
  Array.isArray(error.CancellationReasons)
    ? (error.CancellationReasons as CancellationReason[])
    : [];
