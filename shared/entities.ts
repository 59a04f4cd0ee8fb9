import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { type Author, chainAfter } from './actor.ts';
import type { Entity } from './entity.ts';
import { DomainError } from './errors.ts';
import { type Condition, isNew, type Item, type Key, type Table } from './table.ts';

/** Stamps a new entity, version 0: the write makes it 1. */
export const firstVersion = <N extends { workspaceId: string }>(entity: N, now: Date, author: Author): N & Entity => ({
  ...entity,
  version: 0,
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  changedBy: author.actor,
  correlationId: author.correlationId,
  chain: chainAfter(undefined, author),
});

/** The entity as its next write has it: version, time and author. */
export const nextVersion = <E extends Entity>(entity: E, now: Date, author: Author): E => ({
  ...entity,
  version: entity.version + 1,
  updatedAt: now.toISOString(),
  changedBy: author.actor,
  correlationId: author.correlationId,
  chain: chainAfter(entity.chain, author),
});

/** The condition that the entity has not been written since it was read at `version` (0: never written at all). */
export const stillAt = (version: number): Condition =>
  version === 0
    ? isNew
    : {
        ConditionExpression: '#version = :readVersion',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':readVersion': version },
      };

/** The condition of a projection: it only moves forward, so an event delivered twice, or late, changes nothing. */
export const newerThan = (entityVersion: number): Condition => ({
  ConditionExpression: 'attribute_not_exists(entityVersion) OR entityVersion < :entityVersion',
  ExpressionAttributeValues: { ':entityVersion': entityVersion },
});

/**
 * Writes entities, each as its next version. The writer throws DomainError `changed_meanwhile` when the entity was
 * written since it was read.
 */
export const entityWriter =
  <E extends Entity>(table: Table, toItem: (entity: E) => Item & Key) =>
  async (entity: E, author: Author): Promise<E> => {
    const next = nextVersion(entity, table.now(), author);
    const item = toItem(next);
    if (await table.put(item, stillAt(entity.version))) return next;
    // The SDK repeats a write whose answer was lost, and its own write then refuses it: the stored item shows which.
    const standing = await table.get({ pk: item.pk, sk: item.sk });
    if (isDeepStrictEqual(standing, JSON.parse(JSON.stringify(item)))) return next;
    throw lostUpdate();
  };

/** The error for a write that lost against another. */
export const lostUpdate = (): DomainError =>
  new DomainError(
    'conflict',
    'changed_meanwhile',
    'Another request changed the resource at the same time. Get the current version and retry.',
  );

/** Whether a write lost against another: who reads again can go on from what stands now. */
export const isLostUpdate = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'changed_meanwhile';

/** What a write gives; undefined when it lost against another, and what the other wrote is to stand. */
export const unlessOvertaken = async <T>(write: Promise<T>): Promise<T | undefined> => {
  try {
    return await write;
  } catch (error) {
    if (!isLostUpdate(error)) throw error;
    return undefined;
  }
};

/**
 * Reads and writes, and does so again when the write lost against another. Two writers of one entity at once is rare, three
 * is a fault: more attempts are for what many write.
 * @param save receives the number of the attempt, from 1
 * @param pause waits after an attempt that was lost
 */
export const retryOnLostUpdate = async <Saved>(
  save: (attempt: number) => Promise<Saved>,
  { maxAttempts = 3, pause }: { maxAttempts?: number; pause?: (attempt: number) => Promise<unknown> } = {},
): Promise<Saved> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await save(attempt);
    } catch (error) {
      if (attempt >= maxAttempts || !isLostUpdate(error)) throw error;
    }
    await pause?.(attempt);
  }
};

/** The entity an item holds: keys and index attributes are dropped, the rest is checked. */
export const entityOf = <Schema extends z.ZodType>(schema: Schema, item: Item): z.infer<Schema> => schema.parse(item);
