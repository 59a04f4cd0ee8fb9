import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { withBytes } from '#shared/lambda/stream.ts';
import type { Item, Key, TransactWrite } from '#shared/table.ts';
import { memoryTable } from '#test/support/memory/table.ts';

type Marshalled = Record<string, AttributeValue>;

/** A response of DynamoDB. */
interface WireAnswer {
  status: number;
  body: object;
}

const Wire = z.custom<Marshalled>((value) => typeof value === 'object' && value !== null);
const Bindings = {
  ConditionExpression: z.string().optional(),
  ExpressionAttributeNames: z.record(z.string(), z.string()).optional(),
  ExpressionAttributeValues: Wire.transform((values) => unmarshall(values)).optional(),
};
const WireItem = Wire.transform((item) => unmarshall(withBytes(item)) as Item & Key);
const WireKey = Wire.transform((key) => unmarshall(key) as unknown as Key);

const Get = z.object({ Key: WireKey });
const Put = z.object({ Item: WireItem, ...Bindings });
const Update = z.object({ Key: WireKey, UpdateExpression: z.string(), ...Bindings });
const Delete = z.object({ Key: WireKey });
const Query = z.object({
  IndexName: z.string().optional(),
  KeyConditionExpression: z.string(),
  ScanIndexForward: z.boolean().optional(),
  ...Bindings,
});
const BatchWrite = z.object({
  RequestItems: z.record(z.string(), z.array(z.object({ PutRequest: Put.pick({ Item: true }) }))),
});
const BatchGet = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(WireKey) })) });
const Transact = z.object({
  TransactItems: z.array(
    z.object({
      Put: Put.optional(),
      Update: Update.optional(),
      Delete: z.object({ Key: WireKey, ...Bindings }).optional(),
      ConditionCheck: z.object({ Key: WireKey, ...Bindings }).optional(),
    }),
  ),
});

const ok = (body: object = {}): WireAnswer => ({ status: 200, body });

const refused = (code: string, more: object = {}): WireAnswer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'refused', ...more },
});

const wireItem = (item: Item): object =>
  Object.fromEntries(
    Object.entries(marshall(item, { removeUndefinedValues: true })).map(([name, value]) => [
      name,
      value.B ? { B: Buffer.from(value.B).toString('base64') } : value,
    ]),
  );

/** What a keys-only index returns. */
const keysAlone = (item: Item, index: string): Item =>
  Object.fromEntries(['pk', 'sk', `${index}Pk`, `${index}Sk`].map((name) => [name, item[name]]));

/** A table's items, and whether its indexes are keys-only (decision 8) or hold whole items. */
export interface TableState {
  items: readonly Item[];
  hasKeysAlone?: boolean;
}

/**
 * The in-memory table behind the part of DynamoDB's wire format (JSON 1.0) that our functions use. They read back what
 * they write.
 */
export const wireTable = ({ items, hasKeysAlone = false }: TableState) => {
  const { table, items: kept } = memoryTable(() => new Date());
  for (const item of items) kept.set(JSON.stringify([item.pk, item.sk]), structuredClone(item));

  const writeOf = ({
    Put: put,
    Update: update,
    Delete: gone,
    ConditionCheck: check,
  }: z.infer<typeof Transact>['TransactItems'][number]): TransactWrite => {
    if (put) return { put: put.Item, condition: put };
    if (update) return { update: update.Key, with: update };
    if (gone) return { delete: gone.Key, condition: gone };
    if (check) return { check: check.Key, condition: check };
    throw new Error('A transaction writes nothing');
  };

  const answers: Readonly<Record<string, (body: unknown) => Promise<WireAnswer>>> = {
    async GetItem(body) {
      const item = await table.get(Get.parse(body).Key);
      return ok(item && { Item: wireItem(item) });
    },
    async PutItem(body) {
      const { Item: item, ...condition } = Put.parse(body);
      return (await table.put(item, condition)) ? ok() : refused('ConditionalCheckFailedException');
    },
    async UpdateItem(body) {
      const { Key: key, ...update } = Update.parse(body);
      const after = await table.update(key, update);
      return after ? ok({ Attributes: wireItem(after) }) : refused('ConditionalCheckFailedException');
    },
    async DeleteItem(body) {
      await table.delete(Delete.parse(body).Key);
      return ok();
    },
    async Query(body) {
      const { IndexName: index, ...query } = Query.parse(body);
      const found = await table.queryAll({ ...query, ...(index !== undefined && { IndexName: index }) });
      const shown = index === undefined || !hasKeysAlone ? found : found.map((item) => keysAlone(item, index));
      return ok({ Items: shown.map(wireItem), Count: shown.length, ScannedCount: shown.length });
    },
    async BatchGetItem(body) {
      const asked = Object.entries(BatchGet.parse(body).RequestItems);
      const found = await Promise.all(
        asked.map(async ([name, { Keys }]) => [name, (await table.getAll(Keys)).map(wireItem)] as const),
      );
      return ok({ Responses: Object.fromEntries(found), UnprocessedKeys: {} });
    },
    async BatchWriteItem(body) {
      const asked = Object.values(BatchWrite.parse(body).RequestItems).flat();
      await table.putAll(asked.map(({ PutRequest }) => PutRequest.Item));
      return ok({ UnprocessedItems: {} });
    },
    async TransactWriteItems(body) {
      const { TransactItems: asked } = Transact.parse(body);
      if (await table.transact(asked.map(writeOf))) return ok();
      const CancellationReasons = asked.map(() => ({ Code: 'ConditionalCheckFailed' }));
      return refused('TransactionCanceledException', { CancellationReasons });
    },
  };

  return {
    items: (): Item[] => structuredClone([...kept.values()]),
    /** @throws Error for an unknown operation */
    answer: async (operation: string, body: unknown): Promise<WireAnswer> => {
      const known = answers[operation];
      if (!known) throw new Error(`The stub of DynamoDB does not know ${operation}`);
      return known(body);
    },
  };
};
