import type { Bound } from '../../../shared/bound.ts';
import { lostUpdate, type Key, type Table, type TransactWrite } from '../../../shared/dynamo.ts';
import { DomainError } from '../../../shared/errors.ts';

const countKey = (workspaceId: string, what: string): Key => ({ pk: workspaceId, sk: `COUNT#${what}` });

const adding = (one: 1 | -1, most: number) => ({
  UpdateExpression: 'SET #type = :type, counted = if_not_exists(counted, :none) + :one',
  ConditionExpression: 'attribute_not_exists(counted) OR counted < :most',
  ExpressionAttributeNames: { '#type': 'type' },
  ExpressionAttributeValues: { ':type': 'count', ':none': 0, ':one': one, ':most': most },
});

/** How many were counted so far. */
export const countOf = async (table: Table, workspaceId: string, what: string): Promise<number> =>
  Number((await table.get(countKey(workspaceId, what)))?.counted ?? 0);

/**
 * Writes a new item and counts it, or does neither: the count never drifts. What was there before it was counted does not
 * count.
 * @throws DomainError `conflict` with the bound's code when there are `most` already
 */
export const createWithin = async (
  table: Table,
  workspaceId: string,
  what: string,
  { most, code, said }: Bound,
  write: TransactWrite,
): Promise<void> => {
  const count = { update: countKey(workspaceId, what), with: adding(1, most) };
  if (await table.transact([write, count])) return;
  if ((await countOf(table, workspaceId, what)) >= most) throw new DomainError('conflict', code, said);
  throw lostUpdate();
};

/** The write that counts one less, beside the one that deletes it. */
export const oneLess = (workspaceId: string, what: string): TransactWrite => ({
  update: countKey(workspaceId, what),
  with: adding(-1, Number.MAX_SAFE_INTEGER),
});
