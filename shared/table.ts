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

/** An item as the table holds it. `type` names its kind for the stream, `ttl` is Unix seconds. */
export type Item = Record<string, unknown>;

/** What DynamoDB is sent, with plain values in the place of its typed ones. */
type Plain<T> = Omit<T, 'TableName' | 'Key' | 'ExpressionAttributeValues'> & {
  ExpressionAttributeValues?: Item | undefined;
};

export type Condition = Pick<
  Plain<PutItemCommandInput>,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

type Update = Plain<UpdateItemCommandInput>;

type Query = Omit<Plain<QueryCommandInput>, 'Limit' | 'ExclusiveStartKey'> & {
  /** The index holds keys alone: the items themselves are read from the table, as they stand now. */
  keysOnly?: true;
};

export interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  /** All that the list was asked for: the cursor is bound to it. */
  scope: PageScope;
}

/** One context's table. The keys of every index are strings and named after it (`byTime`: `byTimePk`, `byTimeSk`). */
export interface Table {
  readonly name: string;
  /** The client behind it, for the idempotency records that Powertools keeps in the same table. */
  client(): Promise<DynamoDBClient>;
  readonly now: Clock;
  /**
   * The item, read consistently; undefined when it does not exist or its time to live has passed. Items that are asked
   * for at the same time are read in one call.
   */
  get(key: Key): Promise<Item | undefined>;
  /** The items of these keys that are there, in their order, read consistently, in one call as by `get`; each key once. */
  getAll(keys: readonly Key[]): Promise<Item[]>;
  /** Writes the item; false when the condition refused it. @throws DomainError `item_too_large`, as every write does */
  put(item: Item & Key, condition?: Condition): Promise<boolean>;
  /** Changes the item; its new state, or undefined when the condition refused the change. */
  update(key: Key, update: Update): Promise<Item | undefined>;
  /** Writes the items, in no order, each again until it stands; none that waited for a condition. */
  putAll(items: readonly (Item & Key)[]): Promise<void>;
  delete(key: Key): Promise<void>;
  /** All or nothing; false when a condition refused it. Tried again when another transaction holds the same items. */
  transact(writes: readonly TransactWrite[]): Promise<boolean>;
  /** Every item the query finds, page after page: for what is bounded by its nature. */
  queryAll(query: Query): Promise<Item[]>;
  /** The first items the query finds that have not expired, up to a limit. */
  queryFirst(query: Query, limit: number): Promise<Item[]>;
  /** One page of the items `accept` lets pass. */
  queryPage<T>(query: Query, page: PageRequest, accept: (item: Item) => T | undefined): Promise<Page<T>>;
}

/** `check` writes nothing: the transaction stands or falls with what another item is. */
export type TransactWrite =
  | { put: Item & Key; condition?: Condition }
  | { update: Key; with: Update }
  | { delete: Key; condition?: Condition }
  | { check: Key; condition: Condition };

/** The condition of a first write. */
export const isNew: Condition = { ConditionExpression: 'attribute_not_exists(pk)' };

/** DynamoDB's largest batches (AWS: BatchGetItem, BatchWriteItem), and how often it is asked again for what it left. */
const maxReads = 100;

const maxWrites = 25;

const maxAttempts = 8;

/** Sends all, batch after batch. `send` gives back what DynamoDB left undone: that comes first in the next batch. */
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

/** DynamoDB's words for an item of more than 400 KB, as PutItem and UpdateItem have them (AWS: DynamoDB quotas). */
const tooLargeForAnItem = /^Item size (?:to update )?has exceeded the maximum allowed size/;

const isTooLarge = (error: unknown): boolean =>
  (errorName(error) === 'ValidationException' && error instanceof Error && tooLargeForAnItem.test(error.message)) ||
  reasonsOf(error).some(({ Code, Message = '' }) => Code === 'ValidationError' && tooLargeForAnItem.test(Message));

/** The write, with DynamoDB's refusal of what is too large translated. @throws DomainError `item_too_large` */
const sized = async <T>(write: Promise<T>): Promise<T> => {
  try {
    return await write;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const said = 'The stored content would exceed 400 KB. Shorten it.';
    throw new DomainError('unprocessable', 'item_too_large', said, { cause: error });
  }
};

/** Maximum number of tries of a write that meets a transaction of others at the same item. */
const maxMeetings = 6;

/** Sends again what met a transaction of others at the same item: DynamoDB lets neither wait for the other. */
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
 * Opens a context's table. TTL deletes late (AWS: within days), so an expired item is treated as gone here.
 */
export const openTable = (name: string, now: Clock, config?: DynamoDBClientConfig): Table => {
  // What a command passes through is put together once for each kind of command, not for each call: a document client
  // does so anew, twice, for the same answer.
  const client = new DynamoDBClient({ ...callLimits(), cacheMiddleware: true, ...config });
  // It would walk each request and reply to leave out what is secret, for a log that nobody writes.
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
   * Several reads at once are one call at the same price: in a new process each call takes milliseconds of CPU. What
   * DynamoDB leaves unread, of a throttled partition, is read alone: the others do not wait for it, nor fail with it.
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

  /** The items that an index of keys alone has found, in its order; what is gone meanwhile is left out. */
  const whole = async (found: readonly Item[], keysOnly: true | undefined): Promise<Item[]> => {
    if (keysOnly === undefined) return [...found];
    const items = await Promise.all(found.map(read));
    // The cursor goes on from the index's keys as they were found.
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
    async put(item, condition) {
      const put = new PutItemCommand({ TableName: name, Item: typed(item), ...(condition && typedValues(condition)) });
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
            Put: { TableName: name, Item: typed(write.put), ...(write.condition && typedValues(write.condition)) },
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
            ...(write.condition && typedValues(write.condition)),
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
          // A made-up key lies outside the query: DynamoDB notices that, and so no other tenant is reached.
          const isForged = cursor !== undefined && errorName(error) === 'ValidationException';
          throw isForged ? invalidCursor() : error;
        });
        for (const item of await whole(plainItems(page.Items), keysOnly)) {
          const accepted = alive(item) && accept(item);
          if (!accepted) continue;
          // One more than asked for shows that there is a next page; the cursor is the key of the last one given.
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

/** Leaves out what is undefined: an attribute that is not there. */
const typed = (item: Item): TypedItem => marshall(item, { removeUndefinedValues: true });

const plainItems = (items: readonly TypedItem[] = []): Item[] => items.map((item) => unmarshall(item));

/** A request with its values as DynamoDB types them. */
const typedValues = <T extends object>({
  ExpressionAttributeValues,
  ...request
}: T & Pick<Condition, 'ExpressionAttributeValues'>) => ({
  ...request,
  ...(ExpressionAttributeValues && { ExpressionAttributeValues: typed(ExpressionAttributeValues) }),
});

const asCheck = (condition: Condition) => ({ ConditionExpression: '', ...typedValues(condition) });

const asUpdate = (update: Update) => ({ UpdateExpression: '', ...typedValues(update) });

/** The key DynamoDB goes on from: the table's own, and the index's beside it. */
const keyOf = (item: Item, index: string | undefined): Record<string, string> => {
  const names = ['pk', 'sk', ...(index === undefined ? [] : [`${index}Pk`, `${index}Sk`])];
  return Object.fromEntries(names.map((name) => [name, String(item[name])]));
};

/** Whether a transaction was cancelled for that reason: a condition of ours, or another one at the same items. */
export const isCancelledBy = (error: unknown, code: 'ConditionalCheckFailed' | 'TransactionConflict'): boolean =>
  reasonsOf(error).some((reason) => reason.Code === code);

interface CancellationReason {
  Code?: string;
  Message?: string;
}

/** Why a transaction was cancelled, one reason for each of its writes; none for any other error. */
const reasonsOf = (error: unknown): CancellationReason[] =>
  errorName(error) === 'TransactionCanceledException' &&
  error instanceof Error &&
  'CancellationReasons' in error &&
  Array.isArray(error.CancellationReasons)
    ? (error.CancellationReasons as CancellationReason[])
    : [];
