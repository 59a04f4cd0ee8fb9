import type { Bound } from './bound.ts';
import { lostUpdate, type Key, type Table, type TransactWrite } from './dynamo.ts';
import { DomainError } from './errors.ts';

/** `partition`: whose things are counted, a workspace's or a person's. */
const countKey = (partition: string, what: string): Key => ({ pk: partition, sk: `COUNT#${what}` });

const adding = (one: 1 | -1, most: number) => ({
  UpdateExpression: 'SET #type = :type, counted = if_not_exists(counted, :none) + :one',
  ConditionExpression: 'attribute_not_exists(counted) OR counted < :most',
  ExpressionAttributeNames: { '#type': 'type' },
  ExpressionAttributeValues: { ':type': 'count', ':none': 0, ':one': one, ':most': most },
});

/** How many were counted so far. */
export const countOf = async (table: Table, partition: string, what: string): Promise<number> =>
  Number((await table.get(countKey(partition, what)))?.counted ?? 0);

/**
 * Writes something new and counts it, or does neither: the count never drifts. What was there before it was counted does not
 * count.
 * @throws DomainError `conflict` with the bound's code when there are `most` already
 */
export const createWithin = async (
  table: Table,
  partition: string,
  what: string,
  { most, code, said }: Bound,
  ...writes: readonly TransactWrite[]
): Promise<void> => {
  const count = { update: countKey(partition, what), with: adding(1, most) };
  if (await table.transact([...writes, count])) return;
  if ((await countOf(table, partition, what)) >= most) throw new DomainError('conflict', code, said);
  throw lostUpdate();
};

/** The write that counts one more where nothing bounds it, beside the one that makes it. */
export const oneMore = (partition: string, what: string): TransactWrite => ({
  update: countKey(partition, what),
  with: adding(1, Number.MAX_SAFE_INTEGER),
});

/** The write that counts one less, beside the one that deletes it. */
export const oneLess = (partition: string, what: string): TransactWrite => ({
  update: countKey(partition, what),
  with: adding(-1, Number.MAX_SAFE_INTEGER),
});
