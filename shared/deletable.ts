import type * as z from 'zod';
import type { Actor, Author } from './actor.ts';
import type { Bound } from './bound.ts';
import { createWithin, oneLess } from './counts.ts';
import { entityOf, entityWriter, lostUpdate, nextVersion, stillAt } from './entities.ts';
import type { Entity } from './entity.ts';
import type { DomainError } from './errors.ts';
import type { Page } from './page.ts';
import { isNew, type Item, type Key, type PageRequest, type Table, type TransactWrite } from './table.ts';
import { daySeconds, timeToLive } from './time.ts';

/**
 * An entity that is marked as deleted and kept for a day, so that the stream can publish the deletion and its author.
 */
export type Deletable = Entity & { id: string; createdBy: Actor; deletedAt: string | null };

interface Kind<D extends Deletable> {
  /** The `type` of the items, such as `saved_report`; also names their keys and count. */
  type: string;
  schema: z.ZodType<D>;
  /** Creates the error for an unknown id. */
  notFound: () => DomainError;
  bound: Bound;
  /** How many of them one actor may create. */
  share?: Bound;
  /** Index attributes of an entity that is not deleted. */
  indexed?: (entity: D) => Record<string, string> | undefined;
}

export interface DeletableStore<D extends Deletable> {
  /** @throws DomainError `not-found` */
  get(workspaceId: string, id: string): Promise<D>;
  /** Returns undefined when it does not exist or was deleted. */
  find(workspaceId: string, id: string): Promise<D | undefined>;
  /**
   * Writes an entity stamped by `firstVersion`, in one transaction with other writes.
   * @throws DomainError `conflict` with the code of the bound or share that is reached
   */
  create(entity: D, author: Author, ...alongside: TransactWrite[]): Promise<D>;
  /** Writes the next version, in one transaction with other writes. @throws DomainError `changed_meanwhile` */
  save(entity: D, author: Author, ...alongside: TransactWrite[]): Promise<D>;
  /** @throws DomainError `changed_meanwhile` */
  delete(entity: D, author: Author): Promise<void>;
  /** Lists newest first. */
  list(workspaceId: string, page: PageRequest): Promise<Page<D>>;
  all(workspaceId: string): Promise<D[]>;
}

/** Parses the entity of an item; undefined when it is deleted. */
export const present = <D extends { deletedAt: string | null }>(schema: z.ZodType<D>, item: Item): D | undefined => {
  const entity = entityOf(schema, item);
  return entity.deletedAt === null ? entity : undefined;
};

const beginningWith = (workspaceId: string, prefix: string) => ({
  KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :prefix)',
  ExpressionAttributeValues: { ':workspace': workspaceId, ':prefix': prefix },
});

/** Lists entities that are not deleted, newest first, by a key prefix. Their ids sort by creation time. */
export const newestFirst =
  <D extends { deletedAt: string | null }>(table: Table, prefix: string, schema: z.ZodType<D>) =>
  (workspaceId: string, page: PageRequest): Promise<Page<D>> =>
    table.queryPage({ ...beginningWith(workspaceId, prefix), ScanIndexForward: false }, page, (item) =>
      present(schema, item),
    );

/** Store of a kind of entity whose number per workspace is bounded. Ids sort by creation time. */
export const deletableStore = <D extends Deletable>(
  table: Table,
  { type, schema, notFound, bound, share, indexed }: Kind<D>,
): DeletableStore<D> => {
  const prefix = `${type.toUpperCase()}#`;
  const counted = `${type.toUpperCase()}S`;
  const keyOf = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: prefix + id });
  const toItem = (entity: D): Item & Key => ({
    ...entity,
    ...keyOf(entity.workspaceId, entity.id),
    type,
    ...(entity.deletedAt === null ? indexed?.(entity) : { ttl: timeToLive(new Date(entity.deletedAt), daySeconds) }),
  });
  const find = async (workspaceId: string, id: string): Promise<D | undefined> => {
    const item = await table.get(keyOf(workspaceId, id));
    return item && present(schema, item);
  };
  const saveAlone = entityWriter(table, toItem);
  return {
    find,
    async get(workspaceId, id) {
      const entity = await find(workspaceId, id);
      if (!entity) throw notFound();
      return entity;
    },
    async create(entity, author, ...alongside) {
      const first = nextVersion(entity, table.now(), author);
      const within = { ...bound, ...(share && { share: { ...share, by: entity.createdBy.id } }) };
      const write = { put: toItem(first), condition: isNew };
      await createWithin(table, entity.workspaceId, counted, within, write, ...alongside);
      return first;
    },
    async save(entity, author, ...alongside) {
      if (alongside.length === 0) return saveAlone(entity, author);
      const next = nextVersion(entity, table.now(), author);
      const write = { put: toItem(next), condition: stillAt(entity.version) };
      if (!(await table.transact([write, ...alongside]))) throw lostUpdate();
      return next;
    },
    async delete(entity, author) {
      const deleted = nextVersion({ ...entity, deletedAt: table.now().toISOString() }, table.now(), author);
      const writes = [
        { put: toItem(deleted), condition: stillAt(entity.version) },
        oneLess(entity.workspaceId, counted, share && entity.createdBy.id),
      ];
      if (!(await table.transact(writes))) throw lostUpdate();
    },
    list: newestFirst(table, prefix, schema),
    async all(workspaceId) {
      const items = await table.queryAll(beginningWith(workspaceId, prefix));
      return items.flatMap((item) => present(schema, item) ?? []);
    },
  };
};
