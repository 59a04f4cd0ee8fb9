import type { Bound } from './bound.ts';
import { lostUpdate } from './entities.ts';
import { DomainError } from './errors.ts';
import type { Key, Table, TransactWrite } from './table.ts';

/** @param partition whose things are counted: a workspace's or a person's */
const countKey = (partition: string, what: string): Key => ({ pk: partition, sk: `COUNT#${what}` });

/** The share of one actor, counted beside the total. */
interface Own {
  by: string;
  most: number;
}

const unbounded = Number.MAX_SAFE_INTEGER;
const ownName = (by: string) => `by#${by}`;

const adding = (one: 1 | -1, most: number, own?: Own) => ({
  UpdateExpression:
    'SET #type = :type, counted = if_not_exists(counted, :none) + :one' +
    (own ? ', #own = if_not_exists(#own, :none) + :one' : ''),
  ConditionExpression:
    '(attribute_not_exists(counted) OR counted < :most)' +
    (own ? ' AND (attribute_not_exists(#own) OR #own < :own)' : ''),
  ExpressionAttributeNames: { '#type': 'type', ...(own && { '#own': ownName(own.by) }) },
  ExpressionAttributeValues: {
    ':type': 'count',
    ':none': 0,
    ':one': one,
    ':most': most,
    ...(own && { ':own': own.most }),
  },
});

/** Returns the current count. */
export const countOf = async (table: Table, partition: string, what: string): Promise<number> =>
  Number((await table.get(countKey(partition, what)))?.counted ?? 0);

/**
 * Writes a new item and counts it in one transaction, so that the count never drifts. Items from before counting began
 * are not counted. `share`: how many of them one actor may create.
 * @throws DomainError `conflict` with the code of the bound or share that is reached
 */
export const createWithin = async (
  table: Table,
  partition: string,
  what: string,
  { most, code, said, share }: Bound & { share?: Bound & { by: string } },
  ...writes: readonly TransactWrite[]
): Promise<void> => {
  const count = { update: countKey(partition, what), with: adding(1, most, share) };
  if (await table.transact([...writes, count])) return;
  const item = await table.get(countKey(partition, what));
  if (Number(item?.counted ?? 0) >= most) throw new DomainError('conflict', code, said);
  if (share && Number(item?.[ownName(share.by)] ?? 0) >= share.most) {
    throw new DomainError('conflict', share.code, share.said);
  }
  throw lostUpdate();
};

/** Returns the write that increments an unbounded count, for the transaction that creates the item. */
export const oneMore = (partition: string, what: string): TransactWrite => ({
  update: countKey(partition, what),
  with: adding(1, unbounded),
});

/**
 * Returns the write that decrements the count, for the transaction that deletes the item. @param by its creator, if
 * known
 */
export const oneLess = (partition: string, what: string, by?: string): TransactWrite => ({
  update: countKey(partition, what),
  with: adding(-1, unbounded, by === undefined ? undefined : { by, most: unbounded }),
});
