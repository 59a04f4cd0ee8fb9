import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
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

export type Condition = Pick<
  PutCommandInput,
  'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

type Update = Omit<UpdateCommandInput, 'TableName' | 'Key'>;

type Query = Omit<QueryCommandInput, 'TableName' | 'Limit' | 'ExclusiveStartKey'> & {
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
  /** The first items the query finds, up to a limit. */
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
  const client = new DynamoDBClient({ ...callLimits(), ...config });
  // It would walk each request and reply to leave out what is secret, for a log that nobody writes.
  client.middlewareStack.remove('loggerMiddleware');
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
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

  const readOne = async (key: Key): Promise<Item | undefined> =>
    (await documents.send(new GetCommand({ TableName: name, Key: key, ConsistentRead: true }))).Item;

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
      const batch = new BatchGetCommand({ RequestItems: { [name]: { Keys: asked, ConsistentRead: true } } });
      const { Responses, UnprocessedKeys } = await documents.send(batch);
      const items = new Map(Responses?.[name]?.map((item) => [idOf(item), item]));
      const unread = new Set(UnprocessedKeys?.[name]?.Keys?.map((key) => idOf(key)));
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
      const put = new PutCommand({ TableName: name, Item: item, ...condition });
      const written = await refusable(() => documents.send(put));
      return written !== undefined;
    },
    async update(key, update) {
      const command = new UpdateCommand({ TableName: name, Key: key, ReturnValues: 'ALL_NEW', ...update });
      const written = await refusable(() => documents.send(command));
      return written && (written.Attributes ?? {});
    },
    async putAll(all) {
      const puts = all.map((item) => ({ PutRequest: { Item: item } }));
      await inBatches(puts, maxWrites, async (batch) => {
        const { UnprocessedItems } = await sized(
          documents.send(new BatchWriteCommand({ RequestItems: { [name]: batch } })),
        );
        return (UnprocessedItems?.[name] ?? []).flatMap(({ PutRequest }) =>
          PutRequest?.Item ? [{ PutRequest: { Item: PutRequest.Item as Item & Key } }] : [],
        );
      });
    },
    async delete(key) {
      await documents.send(new DeleteCommand({ TableName: name, Key: key }));
    },
    async transact(writes) {
      const TransactItems = writes.map((write) => {
        if ('put' in write) return { Put: { TableName: name, Item: write.put, ...write.condition } };
        if ('update' in write) return { Update: { TableName: name, Key: write.update, ...asUpdate(write.with) } };
        if ('check' in write)
          return { ConditionCheck: { TableName: name, Key: write.check, ...asCheck(write.condition) } };
        return { Delete: { TableName: name, Key: write.delete, ...write.condition } };
      });
      try {
        await sized(pastOthers(() => documents.send(new TransactWriteCommand({ TransactItems }))));
        return true;
      } catch (error) {
        if (isCancelledBy(error, 'ConditionalCheckFailed')) return false;
        throw error;
      }
    },
    async queryAll({ keysOnly, ...query }) {
      const found: Item[] = [];
      let from: Item | undefined;
      do {
        const page = await documents.send(
          new QueryCommand({ ...query, TableName: name, ...(from && { ExclusiveStartKey: from }) }),
        );
        for (const item of await whole(page.Items ?? [], keysOnly)) if (alive(item)) found.push(item);
        from = page.LastEvaluatedKey;
      } while (from);
      return found;
    },
    async queryFirst({ keysOnly, ...query }, limit) {
      const { Items = [] } = await documents.send(new QueryCommand({ ...query, TableName: name, Limit: limit }));
      return (await whole(Items, keysOnly)).filter((item) => alive(item));
    },
    async queryPage({ keysOnly, ...query }, { limit, cursor, scope }, accept) {
      const items = [];
      let from: Item | undefined = cursor === undefined ? undefined : decodeCursor(cursor, scope);
      for (;;) {
        const command = new QueryCommand({
          ...query,
          TableName: name,
          Limit: limit + 1,
          ...(from && { ExclusiveStartKey: from }),
        });
        const page = await documents.send(command).catch((error: unknown) => {
          // A made-up key lies outside the query: DynamoDB notices that, and so no other tenant is reached.
          const isForged = cursor !== undefined && errorName(error) === 'ValidationException';
          throw isForged ? invalidCursor() : error;
        });
        for (const item of await whole(page.Items ?? [], keysOnly)) {
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

const asCheck = ({ ConditionExpression, ...bindings }: Condition) => ({
  ConditionExpression: ConditionExpression ?? '',
  ...bindings,
});

const asUpdate = (update: Update) => ({ UpdateExpression: '', ...update });

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
