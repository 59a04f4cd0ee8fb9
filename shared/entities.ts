import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { type Author, chainAfter } from './actor.ts';
import type { Entity } from './entity.ts';
import { DomainError } from './errors.ts';
import { type Condition, isNew, type Item, type Key, type Table } from './table.ts';

/** Stamps a new entity as version 0; the first write makes it 1. */
export const firstVersion = <N extends { workspaceId: string }>(entity: N, now: Date, author: Author): N & Entity => ({
  ...entity,
  version: 0,
  createdAt: now.toISOString(),
  updatedAt: now.toISOString(),
  changedBy: author.actor,
  correlationId: author.correlationId,
  chain: chainAfter(undefined, author),
});

/** Returns the entity as its next write stores it, with version, time and author. */
export const nextVersion = <E extends Entity>(entity: E, now: Date, author: Author): E => ({
  ...entity,
  version: entity.version + 1,
  updatedAt: now.toISOString(),
  changedBy: author.actor,
  correlationId: author.correlationId,
  chain: chainAfter(entity.chain, author),
});

/** Condition that the entity has not been written since it was read at `version` (0: never written). */
export const stillAt = (version: number): Condition =>
  version === 0
    ? isNew
    : {
        ConditionExpression: '#version = :readVersion',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':readVersion': version },
      };

/** Condition for a projection: it only moves forward, so a late or repeated event changes nothing. */
export const newerThan = (entityVersion: number): Condition => ({
  ConditionExpression: 'attribute_not_exists(entityVersion) OR entityVersion < :entityVersion',
  ExpressionAttributeValues: { ':entityVersion': entityVersion },
});

/**
 * Returns a writer that stores an entity as its next version. It throws DomainError `changed_meanwhile` when the entity
 * was written since it was read.
 */
export const entityWriter =
  <E extends Entity>(table: Table, toItem: (entity: E) => Item & Key) =>
  async (entity: E, author: Author): Promise<E> => {
    const next = nextVersion(entity, table.now(), author);
    const item = toItem(next);
    if (await table.put(item, stillAt(entity.version))) return next;
    // When a response is lost the SDK retries, and the condition then fails on its own first write. The stored item
    // shows whether it was ours.
    const standing = await table.get({ pk: item.pk, sk: item.sk });
    if (isDeepStrictEqual(standing, JSON.parse(JSON.stringify(item)))) return next;
    throw lostUpdate();
  };

/** The error for a write that lost to a concurrent one. */
export const lostUpdate = (): DomainError =>
  new DomainError(
    'conflict',
    'changed_meanwhile',
    'Another request changed the resource at the same time. Get the current version and retry.',
  );

/** Whether a write lost to a concurrent one, so that the caller can read again and retry. */
export const isLostUpdate = (error: unknown): boolean =>
  error instanceof DomainError && error.code === 'changed_meanwhile';

/** Returns the result of a write; undefined when a concurrent write won and is to be kept. */
export const unlessOvertaken = async <T>(write: Promise<T>): Promise<T | undefined> => {
  try {
    return await write;
  } catch (error) {
    if (!isLostUpdate(error)) throw error;
    return undefined;
  }
};

/**
 * Reads and writes, and retries when the write lost to a concurrent one. Two concurrent writers of an entity are rare,
 * three are a fault: raise `maxAttempts` only for entities with many writers.
 * @param save receives the number of the attempt, from 1
 * @param pause waits after a lost attempt
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

/** Parses the entity of an item, without its keys and index attributes. */
export const entityOf = <Schema extends z.ZodType>(schema: Schema, item: Item): z.infer<Schema> => schema.parse(item);
